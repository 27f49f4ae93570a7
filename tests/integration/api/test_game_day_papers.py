"""The report of a game day, and two of them side by side."""

from __future__ import annotations

import pytest

from sre_console.gamedays.course.course import Course
from sre_console.models import GameDay
from tests.integration.gamedays.conftest import game_day

from .conftest import Api, errors

pytestmark = pytest.mark.django_db


def ended(**fields: object) -> GameDay:
    outcome = {"badEvents": 205, "budgetSpentRatio": 0.0949, "totalEvents": 9000, "seconds": 180.0}  # fmt: skip
    cursor = Course(phase="over").json()
    given = {"settled": True, "outcome": outcome, "cursor": cursor}
    return game_day(**(given | fields)).row


def test_as_json_it_is_in_the_envelope(operator: Api) -> None:
    row = ended()
    data = operator.get(f"/api/game-days/{row.pk}/report").json()["data"]
    assert (data["schema"], data["id"]) == ("ironclad/game-day-report/v1", row.pk)


@pytest.mark.parametrize(
    ("kind", "media", "holds"),
    [
        ("html", "text/html", "<!doctype html>"),
        ("markdown", "text/markdown", "# "),
        ("csv", "text/csv", "kind"),
        ("csv-checks", "text/csv", "Nobody is paged"),
    ],
)
def test_the_other_formats_are_files(
    operator: Api, kind: str, media: str, holds: str
) -> None:
    row = ended()
    answer = operator.get(f"/api/game-days/{row.pk}/report?format={kind}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == f"{media}; charset=utf-8"
    assert f'attachment; filename="game-day-{row.pk}-' in answer["Content-Disposition"]
    assert holds.lower() in answer.content.decode().lower()


def test_another_format_is_refused(operator: Api) -> None:
    answer = operator.get(f"/api/game-days/{ended().pk}/report?format=pdf")
    assert errors(answer) == [("VALIDATION_ERROR", "format")]


def test_one_that_goes_on_has_no_report(operator: Api) -> None:
    row = ended(state="running", settled=False)
    answer = operator.get(f"/api/game-days/{row.pk}/report")
    assert errors(answer) == [("CONFLICT", None)]


def test_two_are_held_against_each_other(operator: Api) -> None:
    one, other = ended(), ended(seed=8)
    path = f"/api/game-days/{one.pk}/compare?with={other.pk}"
    data = operator.get(path).json()["data"]
    assert (data["a"]["id"], data["b"]["id"]) == (one.pk, other.pk)
    assert data["same"]["scenario"] is True
    assert data["same"]["seed"] is False
    assert data["countsAgree"] is True


@pytest.mark.parametrize("other", ["", "0", "x", "-1", "99999999999", "1.5", "\u0661"])
def test_what_is_no_number_is_refused(operator: Api, other: str) -> None:
    answer = operator.get(f"/api/game-days/{ended().pk}/compare", {"with": other})
    assert errors(answer) == [("VALIDATION_ERROR", "with")]


def test_what_is_not_there_is_not_found(operator: Api) -> None:
    row = ended()
    for path in ("7777/report", f"{row.pk}/compare?with=7777", f"7777/compare?with={row.pk}"):  # fmt: skip
        answer = operator.get(f"/api/game-days/{path}")
        assert errors(answer)[0][0] == "NOT_FOUND"


def test_a_viewer_may_read_them(viewer: Api) -> None:
    row = ended()
    for path in ("report", f"compare?with={row.pk}"):
        assert viewer.get(f"/api/game-days/{row.pk}/{path}").status_code == 200
