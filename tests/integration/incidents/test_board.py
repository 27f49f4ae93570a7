"""What every console shows of incidents: nothing that ended hides one that is open."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sre_console.chaos.rows import database_now
from sre_console.incidents.board import incidents_json
from sre_console.models import Incident

pytestmark = pytest.mark.django_db


def made(title: str, opened: datetime, **fields: object) -> Incident:
    given: dict[str, object] = {
        "service": title, "severity": "page", "state": "open", "began_at": opened,
    }  # fmt: skip
    return Incident.objects.create(title=title, opened_at=opened, **(given | fields))


def shown(since: datetime) -> list[object]:
    return [row["title"] for row in incidents_json(since)]


def test_an_open_page_stays_however_many_ended_since(db: None) -> None:
    now = database_now()
    made("open", now - timedelta(minutes=30))
    for number in range(20):
        made(f"over {number}", now, state="resolved", resolved_at=now)
    titles = shown(now - timedelta(minutes=10))
    assert titles[:2] == ["open", "over 19"]
    assert len(titles) == 20


def test_the_gravest_come_first_and_then_the_newest(db: None) -> None:
    now = database_now()
    made("warning", now, severity="warning")
    made("old page", now - timedelta(minutes=3))
    made("new page", now - timedelta(minutes=2), state="mitigated")
    made("critical", now - timedelta(minutes=1), severity="critical")
    made("over", now, state="resolved", resolved_at=now)
    made("long over", now, state="resolved", resolved_at=now - timedelta(hours=1))
    assert shown(now - timedelta(minutes=10)) == [
        "new page", "old page", "critical", "warning", "over",
    ]  # fmt: skip


def test_there_are_never_more_than_twenty(db: None) -> None:
    now = database_now()
    for number in range(25):
        made(f"open {number}", now)
    made("over", now, state="resolved", resolved_at=now)
    assert len(shown(now - timedelta(minutes=10))) == 20
