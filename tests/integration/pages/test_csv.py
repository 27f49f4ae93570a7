"""Tables as CSV are bounded, and say so where they are cut."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User

from sre_console.chaos.rows import database_now
from sre_console.models import Incident, Notification
from sre_console.pages.views.papers import as_csv
from tests.integration.pages.conftest import signed_in

pytestmark = pytest.mark.django_db
CUT = "Cut after 3 rows: filter to see the others."


@pytest.fixture
def most(monkeypatch: pytest.MonkeyPatch) -> None:
    for view in ("papers", "incidents", "notifications"):
        monkeypatch.setattr(f"sre_console.pages.views.{view}.CSV_MOST", 3)


def test_as_many_rows_as_may_be_are_not_cut(most: None) -> None:
    assert as_csv("x", ["n"], [[n] for n in range(3)]).text.split() == [
        "n",
        "0",
        "1",
        "2",
    ]


def test_the_last_row_says_that_it_is_cut(most: None) -> None:
    lines = as_csv("x", ["n"], [[n] for n in range(4)]).text.splitlines()
    assert lines == ["n", "0", "1", "2", CUT]


def test_no_more_incidents_are_read_than_told(viewer: User, most: None) -> None:
    now = database_now()
    for n in range(5):
        Incident.objects.create(
            service=f"s{n}", title="T", severity="page", state="open", began_at=now,
            opened_at=now,
        )  # fmt: skip
    lines = signed_in(viewer).get("/console/incidents?format=csv").text.splitlines()
    assert (len(lines), lines[-1]) == (5, CUT)


def test_nor_notifications(viewer: User, most: None) -> None:
    for _ in range(5):
        Notification.objects.create(kind="notice", channel="email", place="x", body={})
    lines = signed_in(viewer).get("/console/notifications?format=csv").text.splitlines()
    assert (len(lines), lines[-1]) == (5, CUT)
