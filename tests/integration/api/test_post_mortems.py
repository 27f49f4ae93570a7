"""Post-mortems and action items."""

from __future__ import annotations

import pytest

from sre_console.incidents.post_mortems import sheet_get, sheet_markdown
from sre_console.models import ActionItem, AuditEntry, FaultPeriod, Incident, PostMortem

from .conftest import Api, errors
from .test_incidents import incident as incident  # noqa: PLC0414

pytestmark = pytest.mark.django_db


def at(incident: Incident) -> str:
    return f"/api/incidents/{incident.pk}/post-mortem"


def test_a_draft_is_filled_from_the_record(operator: Api, incident: Incident) -> None:
    fault = FaultPeriod.objects.create(
        version=7, error_rate=0.07, began_at=incident.began_at,
        expires_at=incident.opened_at, started_by="ann", reason="game day",
    )  # fmt: skip
    Incident.objects.update(exercise=True, fault_version=fault.version)
    data = operator.get(at(incident)).json()["data"]
    assert (data["version"], data["published"]) == (0, False)
    assert "An exercise" in data["happened"]
    assert "fault began: 7 % errors: game day" in data["happened"]
    assert "7 % of requests fail" in data["happened"]
    assert "opened: HighErrorRate" in data["happened"]
    assert "Detected after 9.0 s" in data["detection"]
    assert data["impact"] == "No request was measured in that time."
    assert "ann" not in str(data)  # blameless
    assert not PostMortem.objects.exists()


def test_it_is_written_published_and_taken_back(
    operator: Api, incident: Incident
) -> None:
    sections = {"happened": "It broke.\n\n* twice", "learned": "To look."}
    answer = operator.send("PUT", at(incident), sections)
    assert answer.status_code == 200
    data = answer.json()["data"]
    assert (data["happened"], data["version"]) == ("It broke.\n\n* twice", 1)
    # what nobody has written goes on saying what the record does
    assert data["impact"] == "No request was measured in that time."
    early = operator.send("PUT", at(incident), {"published": True})
    assert errors(early) == [("CONFLICT", None)]
    Incident.objects.update(state="resolved", resolved_at=incident.opened_at)
    published = operator.send("PUT", at(incident), sections | {"published": True})
    assert published.json()["data"]["publishedAt"] is not None
    again = operator.send("PUT", at(incident), sections, If_Match='"1"')
    assert errors(again) == [("PRECONDITION_FAILED", None)]
    assert (
        operator.send("PUT", at(incident), sections, If_Match='"2"').status_code == 200
    )
    assert AuditEntry.objects.filter(action="post_mortem.written").count() == 3


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"happened": "x" * 8001}, "happened"),
        ({"learned": 7}, "learned"),
        ({"impact": "\u0000x"}, "impact"),
        ({"published": "yes"}, "published"),
        ({"blame": "Ann"}, "blame"),
    ],
)
def test_what_is_wrong_is_named(
    operator: Api, incident: Incident, sent: object, field: str
) -> None:
    answer = operator.send("PUT", at(incident), sent)
    assert errors(answer) == [("VALIDATION_ERROR", field)]
    assert not PostMortem.objects.exists()


def test_actions_are_added_done_and_reopened(operator: Api, incident: Incident) -> None:
    path = f"/api/incidents/{incident.pk}/actions"
    sent = {"text": "Add an index", "owner": "Ann", "dueOn": "2027-01-31"}
    made = operator.send("POST", path, sent)
    assert made.status_code == 201
    item = made.json()["data"]
    assert (item["dueOn"], item["done"]) == ("2027-01-31", False)
    done = operator.send("POST", f"/api/actions/{item['id']}/done").json()["data"]
    assert done["doneAt"] is not None
    operator.send("POST", f"/api/actions/{item['id']}/done")
    operator.send("POST", f"/api/actions/{item['id']}/reopen")
    actions = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert list(actions)[1:] == [
        "action_item.added", "action_item.done", "action_item.reopened",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "text"),
        ({"text": " "}, "text"),
        ({"text": "a\nb"}, "text"),
        ({"text": "x", "dueOn": "soon"}, "dueOn"),
        ({"text": "x", "dueOn": "2027-02-30"}, "dueOn"),
        ({"text": "x", "dueOn": "20270228"}, "dueOn"),
        ({"text": "x", "done": True}, "done"),
    ],
)
def test_a_bad_action_is_refused(
    operator: Api, incident: Incident, sent: object, field: str
) -> None:
    answer = operator.send("POST", f"/api/incidents/{incident.pk}/actions", sent)
    assert errors(answer) == [("VALIDATION_ERROR", field)]
    assert not ActionItem.objects.exists()


def test_there_is_nothing_for_what_is_not_there(operator: Api, db: None) -> None:
    assert operator.get("/api/incidents/9/post-mortem").status_code == 404
    assert operator.send("PUT", "/api/incidents/9/post-mortem", {}).status_code == 404
    sent = {"text": "x"}
    assert operator.send("POST", "/api/incidents/9/actions", sent).status_code == 404
    assert operator.send("POST", "/api/actions/9/done").status_code == 404


def test_it_is_kept_elsewhere_as_markdown(operator: Api, incident: Incident) -> None:
    Incident.objects.update(state="resolved", resolved_at=incident.opened_at)
    operator.send("PUT", at(incident), {"happened": "It broke.", "published": True})
    sent = {"text": "Add an index", "owner": "Ann", "dueOn": "2027-01-31"}
    operator.send("POST", f"/api/incidents/{incident.pk}/actions", sent)
    text = sheet_markdown(sheet_get(incident.pk))
    assert text.startswith(f"# Post-mortem: incident {incident.pk}, ")
    assert "## What happened\n\nIt broke." in text
    assert "* [ ] Add an index (Ann, until 2027-01-31)" in text
    assert "draft" not in text


def test_strangers_see_and_change_nothing(public: Api, incident: Incident) -> None:
    assert public.get(at(incident)).status_code == 401
    assert public.send("PUT", at(incident), {}).status_code == 401


def test_what_is_left_out_stays_and_what_the_record_says_goes_on(
    operator: Api, incident: Incident
) -> None:
    before = operator.get(at(incident)).json()["data"]
    operator.send("PUT", at(incident), {"learned": "To look."})
    same = {name: before[name] for name in ("happened", "detection")}
    operator.send("PUT", at(incident), same)  # as the form sends them
    Incident.objects.update(acknowledged_at=incident.opened_at)
    data = operator.get(at(incident)).json()["data"]
    assert data["learned"] == "To look."
    assert "Acknowledged after 0.0 s" in data["detection"]
