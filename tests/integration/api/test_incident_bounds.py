"""However long an incident grows, the API tells a bounded part, and the rest in pages."""

from __future__ import annotations

import pytest

from sre_console.incidents.story import MOST
from sre_console.models import Incident, Notification
from tests.integration.incidents.test_bounds import comments, told

from .conftest import Api, errors
from .test_incidents import incident as incident  # noqa: PLC0414

pytestmark = pytest.mark.django_db


def test_the_api_tells_the_newest_and_how_many_there_are_beside(
    operator: Api, incident: Incident
) -> None:
    comments(incident, MOST + 9)
    rows = told(incident, 53)
    data = operator.get(f"/api/incidents/{incident.pk}").json()["data"]
    assert (len(data["timeline"]), data["timelineLeftOut"]) == (MOST, 10)
    assert data["timeline"][-1]["text"] == "comment 308"
    assert [one["id"] for one in data["notifications"]] == [r.pk for r in rows[3:]]
    assert data["notificationsLeftOut"] == 3


def test_every_line_comes_in_pages(operator: Api, incident: Incident) -> None:
    comments(incident, 150)
    path = f"/api/incidents/{incident.pk}/timeline"
    answer = operator.get(f"{path}?limit=100").json()
    assert answer["data"][0]["text"] == "comment 149"
    rest = operator.get(answer["meta"]["pagination"]["next"]).json()
    assert rest["data"][-1]["kind"] == "opened"
    assert rest["meta"]["pagination"]["total"] == 151
    assert operator.get("/api/incidents/999/timeline").status_code == 404


def test_notifications_are_asked_for_by_incident(
    operator: Api, incident: Incident
) -> None:
    told(incident, 2)
    Notification.objects.create(kind="notice", channel="email", place="x", body={})
    mine = operator.get(f"/api/notifications?incident={incident.pk}").json()
    assert mine["meta"]["pagination"]["total"] == 2
    for wrong in ("0", "x", "-1", "9" * 5000, "1%0A"):
        answer = operator.get(f"/api/notifications?incident={wrong}")
        assert errors(answer) == [("VALIDATION_ERROR", "incident")]
