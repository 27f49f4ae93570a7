"""/api/incidents… and /api/silences…"""

from __future__ import annotations

from datetime import timedelta

import pytest

from sre_console.audit.services import audited
from sre_console.audit.verification import verify
from sre_console.chaos.rows import database_now
from sre_console.incidents.joining import (
    Patience,
    incident_alert_cleared,
    incident_join,
)
from sre_console.incidents.news import AlertNews
from sre_console.models import AuditEntry, Incident, Notification, Silence

from .conftest import Api, errors

pytestmark = pytest.mark.django_db
PATIENCE = Patience(quiet=15, reopen=60)


def news(name: str = "HighErrorRate", **fields: object) -> AlertNews:
    now = database_now()
    given: dict[str, object] = {
        "name": name, "slo": "", "severity": "critical", "service": "users",
        "source": "ironclad", "summary": "7 % of requests fail", "description": "",
        "at": now, "began": now - timedelta(seconds=9), "runbook": "high-error-rate",
    }  # fmt: skip
    return AlertNews(**(given | fields))  # type: ignore[arg-type]


@pytest.fixture
def incident(db: None) -> Incident:
    with audited():
        return incident_join(news(), PATIENCE)


def clear(incident: Incident) -> None:
    with audited():
        incident_alert_cleared(news().fingerprint, database_now())
    incident.refresh_from_db()


def act(
    api: Api, incident: Incident, action: str, body: object = None, **headers: str
) -> object:
    path = f"/api/incidents/{incident.pk}/{action}"
    return api.send("POST", path, body or {}, **headers)


def test_an_incident_is_told_with_its_alerts_and_its_timeline(
    operator: Api, incident: Incident
) -> None:
    answer = operator.get(f"/api/incidents/{incident.pk}")
    data = answer.json()["data"]
    assert answer["ETag"] == f'"{data["version"]}"'
    assert {"id", "title", "severity", "state", "openedAt", "acknowledgedAt"} <= set(
        data
    )
    assert (data["state"], data["alerts"]) == ("open", ["HighErrorRate"])
    assert data["durations"]["detect"] == pytest.approx(9, abs=0.1)
    assert [event["kind"] for event in data["timeline"]] == ["opened"]
    assert data["members"][0]["runbookUrl"].endswith(
        "/console/runbooks/high-error-rate"
    )


def test_its_life_from_open_to_resolved(operator: Api, incident: Incident) -> None:
    taken = act(operator, incident, "acknowledge", {"comment": "On it.\nLooking."})
    data = taken.json()["data"]  # type: ignore[attr-defined]
    assert (data["state"], data["owner"]) == ("acknowledged", "operator")
    assert data["timeline"][-1]["text"] == "On it.\nLooking."
    act(operator, incident, "mitigate")
    clear(incident)
    data = act(operator, incident, "resolve").json()["data"]  # type: ignore[attr-defined]
    assert data["state"] == "resolved"
    lasted = data["durations"]
    assert lasted["resolve"] >= lasted["mitigate"] >= lasted["acknowledge"]
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == [
        "incident.opened", "incident.acknowledged", "incident.mitigated",
        "incident.alert_cleared", "incident.resolved",
    ]  # fmt: skip
    assert verify().broken is None


def test_it_is_not_resolved_while_an_alert_fires(
    operator: Api, incident: Incident
) -> None:
    answer = act(operator, incident, "resolve")
    assert errors(answer) == [("CONFLICT", None)]
    assert "HighErrorRate" in answer.json()["errors"][0]["message"]  # type: ignore[attr-defined]


def test_it_is_reopened_unless_another_one_is_open(
    operator: Api, incident: Incident
) -> None:
    clear(incident)
    act(operator, incident, "resolve")
    assert act(operator, incident, "reopen").status_code == 200  # type: ignore[attr-defined]
    act(operator, incident, "resolve")
    with audited():
        incident_join(news("HighLatency"), Patience(15, 0))
    assert errors(act(operator, incident, "reopen")) == [("CONFLICT", None)]


@pytest.mark.parametrize("action", ["acknowledge", "mitigate", "resolve", "reopen"])
def test_an_action_that_its_state_does_not_allow_is_refused(
    operator: Api, incident: Incident, action: str
) -> None:
    state = "open" if action == "reopen" else "resolved"
    Incident.objects.update(state=state)
    assert errors(act(operator, incident, action)) == [("CONFLICT", None)]


def test_who_was_not_fast_enough_is_told(operator: Api, incident: Incident) -> None:
    answer = act(operator, incident, "acknowledge", {}, If_Match='"1"')
    assert errors(answer) == [("PRECONDITION_FAILED", None)]
    incident.refresh_from_db()
    answer = act(
        operator, incident, "acknowledge", {}, If_Match=f'"{incident.version}"'
    )
    assert answer.status_code == 200  # type: ignore[attr-defined]


def test_roles_are_given_and_taken(operator: Api, incident: Incident) -> None:
    names = {"commander": "Ann", "scribe": "Ben", "owner": ""}
    data = act(operator, incident, "assign", names).json()["data"]  # type: ignore[attr-defined]
    assert (data["commander"], data["scribe"], data["owner"]) == ("Ann", "Ben", "")
    assert data["timeline"][-1]["detail"] == names


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("acknowledge", {"comment": "x" * 2001}, "comment"),
        ("acknowledge", {"comment": "\u0007"}, "comment"),
        ("acknowledge", {"why": "x"}, "why"),
        ("comment", {}, "text"),
        ("comment", {"text": " \n "}, "text"),
        ("comment", {"text": 7}, "text"),
        ("assign", {}, "owner"),
        ("assign", {"owner": "a\nb"}, "owner"),
        ("assign", {"captain": "Ann", "owner": "Ann"}, "captain"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_written(
    operator: Api, incident: Incident, action: str, body: object, field: str
) -> None:
    before = AuditEntry.objects.count()
    assert errors(act(operator, incident, action, body)) == [
        ("VALIDATION_ERROR", field)
    ]
    assert AuditEntry.objects.count() == before


def test_a_comment_is_a_line_of_the_timeline(operator: Api, incident: Incident) -> None:
    data = act(operator, incident, "comment", {"text": "It was the index."}).json()  # type: ignore[attr-defined]
    assert data["data"]["timeline"][-1] | {"at": ""} == {
        "at": "", "kind": "commented", "actor": "operator",
        "text": "It was the index.", "detail": {},
    }  # fmt: skip


def test_lists_are_filtered(operator: Api, incident: Incident) -> None:
    with audited():
        incident_join(
            news("FaultLeftOn", service="ironclad", severity="warning"), PATIENCE
        )

    def ids(query: str) -> list[int]:
        found = operator.get(f"/api/incidents?{query}").json()["data"]
        return [each["id"] for each in found]

    assert len(ids("")) == 2
    assert ids("service=users") == [incident.pk]
    assert ids("severity=critical") == [incident.pk]
    assert ids("state=resolved") == []
    assert len(ids("state=unresolved")) == 2
    assert ids("exercise=true") == []
    assert errors(operator.get("/api/incidents?state=lost")) == [
        ("VALIDATION_ERROR", "state")
    ]


def test_strangers_see_and_change_nothing(public: Api, incident: Incident) -> None:
    assert public.get("/api/incidents").status_code == 401
    assert public.get("/api/alerts").status_code == 401
    assert act(public, incident, "acknowledge").status_code == 401  # type: ignore[attr-defined]
    assert public.send("POST", "/api/silences", {}).status_code == 401


def test_there_is_nothing_at_another_number(operator: Api, db: None) -> None:
    assert errors(operator.get("/api/incidents/99")) == [("NOT_FOUND", None)]
    assert errors(operator.send("POST", "/api/silences/99/end")) == [
        ("NOT_FOUND", None)
    ]


# -- notifications -----------------------------------------------------------------------------


def test_what_could_not_be_told_is_listed_and_tried_again(
    operator: Api, incident: Incident
) -> None:
    row = Notification.objects.create(
        incident=incident, kind="opened", channel="webhook", state="dead", attempts=8,
        place="https://hooks.example.org", body={}, problem="It answered with status 500.",
    )  # fmt: skip
    (listed,) = operator.get("/api/notifications?state=dead").json()["data"]
    assert (listed["incident"], listed["problem"]) == (incident.pk, row.problem)
    again = operator.send("POST", f"/api/notifications/{row.pk}/retry")
    assert again.json()["data"]["state"] == "pending"
    assert errors(operator.send("POST", f"/api/notifications/{row.pk}/retry")) == [
        ("CONFLICT", None)
    ]
    assert errors(operator.get("/api/notifications?state=lost")) == [
        ("VALIDATION_ERROR", "state")
    ]


def test_what_was_held_back_is_listed_by_state_and_channel(
    operator: Api, incident: Incident
) -> None:
    row = Notification.objects.create(
        incident=incident, kind="resolved", channel="email", state="held",
        place="sre@example.org", body={"alerts": [{"name": "HighErrorRate"}]},
    )  # fmt: skip
    found = operator.get("/api/notifications?state=held&channel=email").json()["data"]
    assert [(each["id"], each["alerts"]) for each in found] == [
        (row.pk, ["HighErrorRate"])
    ]
    assert operator.get("/api/notifications?channel=webhook").json()["data"] == []
    whole = operator.get(f"/api/incidents/{incident.pk}").json()["data"]
    assert whole["notifications"][-1]["state"] == "held"
    again = operator.send("POST", f"/api/notifications/{row.pk}/retry")
    assert again.json()["data"]["state"] == "pending"
    assert errors(operator.get("/api/notifications?state=x&channel=pigeon")) == [
        ("VALIDATION_ERROR", "state"),
        ("VALIDATION_ERROR", "channel"),
    ]


# -- looking for incidents --------------------------------------------------------------------


def found(api: Api, **query: str) -> list[str]:
    return [row["title"] for row in api.get("/api/incidents", query).json()["data"]]


@pytest.fixture
def three(db: None) -> None:
    """From the newest: a ticket, a page, another ticket."""
    now = database_now()
    for number, severity in enumerate(("ticket", "page", "ticket")):
        opened = now - timedelta(days=number)
        Incident.objects.create(
            service="users", title=f"{severity} {number}", severity=severity,
            state="resolved", began_at=opened, opened_at=opened, resolved_at=now,
        )  # fmt: skip


def test_incidents_come_newest_first_unless_ordered(operator: Api, three: None) -> None:
    assert found(operator) == ["ticket 0", "page 1", "ticket 2"]
    assert found(operator, ordering="openedAt") == ["ticket 2", "page 1", "ticket 0"]
    by_both = found(operator, ordering="-severity,openedAt")
    assert by_both == ["page 1", "ticket 2", "ticket 0"]
    assert found(operator, ordering="severity, -lasted")[0] == "ticket 2"


def test_incidents_are_searched(operator: Api, three: None, incident: Incident) -> None:
    assert found(operator, q="PAGE 1") == ["page 1"]
    assert found(operator, q="HighError") == [incident.title]
    day = (database_now() - timedelta(days=1)).date().isoformat()
    assert found(operator, **{"from": day, "to": day}) == ["page 1"]


def test_pages_of_ordered_incidents_hold_each_once(operator: Api, three: None) -> None:
    body = operator.get("/api/incidents?ordering=severity&limit=2").json()
    rest = operator.get(body["meta"]["pagination"]["next"]).json()
    titles = [row["title"] for row in body["data"] + rest["data"]]
    assert titles == ["ticket 0", "ticket 2", "page 1"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("ordering", "opened_at"), ("ordering", ""), ("ordering", "-"),
        ("ordering", "title,,"), ("from", "today"), ("from", ""), ("to", "2026-02-30"),
        ("q", "a\0b"), ("q", "x" * 256), ("service", "\0"), ("state", ""),
    ],
)  # fmt: skip
def test_a_bad_question_is_refused_by_name(
    operator: Api, db: None, field: str, value: str
) -> None:
    answer = operator.get("/api/incidents", {field: value})
    assert errors(answer) == [("VALIDATION_ERROR", field)]


# -- silences ---------------------------------------------------------------------------------


def test_a_silence_is_made_told_and_ended(operator: Api, db: None) -> None:
    asked = {"alert": "HighLatency", "seconds": 600, "reason": "known, being worked on"}
    made = operator.send("POST", "/api/silences", asked)
    assert made.status_code == 201
    data = made.json()["data"]
    assert (data["alert"], data["state"], data["createdBy"]) == (
        "HighLatency", "active", "operator",
    )  # fmt: skip
    assert operator.get("/api/silences").json()["data"][0]["id"] == data["id"]
    over = operator.send("POST", f"/api/silences/{data['id']}/end").json()["data"]
    assert (over["state"], over["endedBy"]) == ("ended", "operator")
    actions = AuditEntry.objects.order_by("id").values_list("action", flat=True)
    assert list(actions) == ["silence.created", "silence.ended"]


def test_a_maintenance_window_may_begin_later(operator: Api, db: None) -> None:
    asked = {"maintenance": True, "startsIn": 3600, "seconds": 60, "reason": "move"}
    data = operator.send("POST", "/api/silences", asked).json()["data"]
    assert (data["state"], data["maintenance"]) == ("pending", True)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"seconds": 60, "reason": "x"}, "alert"),
        ({"alert": "A", "reason": "x"}, "seconds"),
        ({"alert": "A", "seconds": 0, "reason": "x"}, "seconds"),
        ({"alert": "A", "seconds": 31 * 86_400, "reason": "x"}, "seconds"),
        ({"alert": "A", "seconds": 60}, "reason"),
        ({"alert": "A", "seconds": 60, "reason": " "}, "reason"),
        (
            {
                "alert": "A",
                "seconds": 60,
                "reason": "x",
                "startsAt": "2031-01-01T00:00:00",
            },
            "startsAt",
        ),
        (
            {
                "alert": "A",
                "seconds": 60,
                "reason": "x",
                "startsAt": "2999-01-01T00:00:00Z",
            },
            "startsAt",
        ),
        ({"alert": "A", "seconds": 60, "reason": "x", "maintenance": 1}, "maintenance"),
        ({"alert": "A", "seconds": 60, "reason": "x", "startsIn": -1}, "startsIn"),
        ({"alert": "A", "seconds": 60, "reason": "x", "startsIn": "soon"}, "startsIn"),
        ({"alert": "A\n", "seconds": 60, "reason": "x"}, "alert"),
        ({"alert": "A", "seconds": 60, "reason": "x", "owner": "me"}, "owner"),
    ],
)
def test_a_bad_silence_is_refused(
    operator: Api, db: None, asked: dict[str, object], field: str
) -> None:
    answer = operator.send("POST", "/api/silences", asked)
    assert ("VALIDATION_ERROR", field) in errors(answer)
    assert not Silence.objects.exists()
