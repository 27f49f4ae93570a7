"""The charts of an incident and its checklist, over REST and as forms."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User

from sre_console.incidents.runbooks import runbooks
from sre_console.models import AuditEntry, Incident, IncidentEvent
from tests.integration.pages.conftest import operator as person  # noqa: F401
from tests.integration.pages.conftest import signed_in
from tests.integration.pages.conftest import viewer as viewer  # noqa: PLC0414

from .conftest import Api, errors
from .test_incidents import incident as incident  # noqa: PLC0414

pytestmark = pytest.mark.django_db
STEP = runbooks()["high-error-rate"].steps[0]
TICK = {"runbook": "high-error-rate", "step": STEP.id}


def tick(api: Api, incident: Incident, **more: object) -> Any:
    return api.send("POST", f"/api/incidents/{incident.pk}/checklist", TICK | more)


def test_a_step_is_ticked_and_the_tick_taken_away(
    operator: Api, incident: Incident
) -> None:
    for _ in range(2):  # the second time changes nothing
        data = tick(operator, incident).json()["data"]
    (sheet,) = data["checklist"]
    assert (sheet["runbook"], sheet["title"]) == ("high-error-rate", "High error rate")
    assert sheet["steps"][0]["doneBy"] == "operator"
    assert [step["done"] for step in sheet["steps"][:2]] == [True, False]
    data = tick(operator, incident, done=False).json()["data"]
    assert data["checklist"][0]["steps"][0]["done"] is False
    told = list(IncidentEvent.objects.order_by("id").values_list("kind", flat=True))
    assert told == ["opened", "step_done", "step_undone"]
    assert data["timeline"][1]["text"] == f"Look: {STEP.text}"
    assert AuditEntry.objects.filter(action="incident.step_done").count() == 1


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"step": "nothing"}, ("CONFLICT", None)),
        ({"runbook": "no-traffic"}, ("CONFLICT", None)),
        ({"done": "yes"}, ("VALIDATION_ERROR", "done")),
        ({"step": 7}, ("VALIDATION_ERROR", "step")),
        ({"note": "x"}, ("VALIDATION_ERROR", "note")),
    ],
)
def test_a_bad_tick_is_refused(
    operator: Api, incident: Incident, sent: dict[str, object], said: tuple[str, str]
) -> None:
    assert errors(tick(operator, incident, **sent)) == [said]
    assert IncidentEvent.objects.count() == 1


def test_strangers_tick_nothing_and_see_nothing(
    public: Api, incident: Incident
) -> None:
    assert tick(public, incident).status_code == 401
    assert public.get(f"/api/incidents/{incident.pk}/figures").status_code == 401


def test_the_charts_come_by_column(operator: Api, incident: Incident) -> None:
    data = operator.get(f"/api/incidents/{incident.pk}/figures").json()["data"]
    assert data["from"] < incident.began_at.timestamp() < data["to"]
    assert data["t"] == data["err"] == []  # nothing was measured
    assert [firing["name"] for firing in data["breaches"]] == ["HighErrorRate"]
    assert operator.get("/api/incidents/999/figures").status_code == 404


def test_the_page_ticks_by_a_form(person: User, incident: Incident) -> None:  # noqa: F811
    client = signed_in(person)
    at = f"/console/incidents/{incident.pk}"
    assert "0 of 6 done" in client.get(at).text
    client.post(f"{at}/check", TICK | {"done": "1"})
    assert "1 of 6 done" in client.get(at).text
    client.post(f"{at}/check", TICK)
    assert "0 of 6 done" in client.get(at).text
    wrong = client.post(f"{at}/check", TICK | {"step": "nothing", "done": "1"})
    assert (wrong.status_code, 'role="alert"' in wrong.text) == (409, True)


def test_a_viewer_reads_the_checklist_and_the_charts(
    viewer: User, incident: Incident
) -> None:
    client = signed_in(viewer)
    at = f"/console/incidents/{incident.pk}"
    page = client.get(at).text
    assert STEP.text in page
    assert f'action="{at}/check"' not in page
    assert client.post(f"{at}/check", TICK | {"done": "1"}).status_code == 403
    assert client.get(f"{at}/series").json()["data"]["step"] == 1
