"""The audit log over REST."""

from __future__ import annotations

import pytest

from sre_console.audit.actor import Actor
from sre_console.audit.checking import check_start, check_step
from sre_console.audit.services import audited, record
from sre_console.models import AuditEntry

from .conftest import Api, errors

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]
ANN = Actor("ann", "operator", "req-ann-1", "192.0.2.7", via="session")


@pytest.fixture(autouse=True)
def _entries(viewer: Api) -> None:  # after its token was recorded
    AuditEntry.objects.all().delete()
    with audited():
        for number in range(3):
            record(
                actor=ANN, action="a.b", subject=f"incident {number}", reason="because",
                before={"n": number}, after={"n": number + 1},
            )  # fmt: skip


def test_entries_come_newest_first_and_whole(viewer: Api) -> None:
    body = viewer.get("/api/audit?limit=2").json()
    assert [entry["number"] for entry in body["data"]] == [3, 2]
    assert body["meta"]["pagination"]["total"] == 3
    first = body["data"][0]
    assert (first["actor"], first["address"], first["via"]) == (
        "ann",
        "192.0.2.7",
        "session",
    )
    assert (first["before"], first["after"]) == ({"n": 2}, {"n": 3})
    assert (first["reason"], first["subject"]) == ("because", "incident 2")
    assert first["hash"] != first["previous"] == body["data"][1]["hash"]


def test_they_are_filtered_and_paged_by_number(viewer: Api) -> None:
    for query, numbers in {
        "subject=incident+1": [2],
        "before=3": [2, 1],
        "q=because&actor=ann": [3, 2, 1],
        "from=2000-01-01T00:00:00Z&to=2000-01-02T00:00:00%2B01:00": [],
    }.items():
        data = viewer.get(f"/api/audit?{query}").json()["data"]
        assert [entry["number"] for entry in data] == numbers, query


def test_what_cannot_be_read_is_named(viewer: Api) -> None:
    answer = viewer.get("/api/audit?from=x&kind=y&before=z")
    assert answer.status_code == 400
    assert [field for _code, field in errors(answer)] == ["kind", "from", "before"]


def test_verification_tells_how_far_it_is_unbroken(viewer: Api) -> None:
    told = viewer.get("/api/audit/verification").json()["data"]
    assert (told["state"], told["verified"], told["broken"]) == ("never", 0, None)
    check_step(check_start(by="ann"))
    told = viewer.get("/api/audit/verification").json()["data"]
    assert (told["state"], told["verified"], told["startedBy"]) == (
        "unbroken",
        3,
        "ann",
    )


def test_strangers_are_told_nothing(public: Api) -> None:
    assert public.get("/api/audit").status_code == 401
    assert public.get("/api/audit/verification").status_code == 401
