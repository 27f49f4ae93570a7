"""A concealed fault is told nowhere while it is in force, and everywhere once it is over."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User

from sre_console.audit.actor import Actor
from sre_console.chaos.holding import plan_hold
from sre_console.chaos.plan import FaultSpec
from sre_console.chaos.rows import database_now
from sre_console.chaos.services import plan_disable
from sre_console.incidents.revealing import secrets_reveal
from sre_console.live import snapshot
from sre_console.models import AuditEntry, FaultPeriod, Incident
from sre_console.slo import lookup
from tests.integration.api.conftest import OPERATOR, Api, _settings
from tests.integration.incidents.conftest import Stage, stage
from tests.integration.pages.conftest import operator, signed_in

__all__ = ["_settings", "operator", "stage"]

ADA = Actor("ada", "operator")
HIDDEN = FaultSpec(
    error_rate=0.0731,
    latency_ms=4321,
    jitter_ms=1357,
    latency_rate=0.4567,
    dependency_error_rate=0.2389,
    dependency_latency_ms=8642,
    methods=("DELETE",),
)
# Each of its numbers as it is or in percent, and the reason, wherever that might be told.
TELLS = re.compile(
    r"0\.0731|\b7\.31|\b4321\b|\b1357\b|0\.4567|45\.67|0\.2389|23\.89|\b8642\b|hush"
    r"|INJECTED|injected on purpose|\"DELETE\"|exercise</span>"
)
API = (
    "chaos", "chaos/status", "slo", "resilience", "resilience/intervals", "alerts",
    "incidents", "incidents?exercise=true", "incidents/{n}", "incidents/{n}/timeline",
    "incidents/{n}/figures", "incidents/{n}/post-mortem", "notifications", "reports/sla",
    "traffic", "injections", "injections?ordering=injected", "audit?limit=100",
)  # fmt: skip
PAGES = (
    "console/live", "console/live/series?range=5m", "console/resilience",
    "console/alerts", "console/notifications", "console/incidents",
    "console/incidents/{n}", "console/incidents/{n}/series",
    "console/incidents/{n}/post-mortem", "console/incidents?format=csv",
    "console/reports", "console/reports?format=csv&table=incidents", "console/tour",
    "console/tour/1", "console/injections", "console/injections?format=csv",
    "console/injections?format=jsonl", "console/audit", "admin/sre_console/auditentry/", "admin/sre_console/incident/",
)  # fmt: skip


@pytest.fixture
def incident(stage: Stage, webhook: str) -> Incident:
    """Paged for a concealed fault that is still in force."""
    version = plan_hold(
        holder="game-day-7", title="Drill", spec=HIDDEN, reason="hush: 7.31 %",
        actor=ADA, ttl=600, concealed=True,
    ).version  # fmt: skip
    began = lookup.moment(stage.clock.time)
    FaultPeriod.objects.filter(version=version).update(began_at=began)
    stage.errors(0.07, 20)
    return Incident.objects.get()


@pytest.fixture
def webhook(settings: Any) -> str:
    settings.ALERT_WEBHOOKS = ["https://hooks.example.org/ironclad"]
    return str(settings.ALERT_WEBHOOKS[0])


def walk(user: User, number: int) -> dict[str, str]:
    """Everything that can be looked at, by its address."""
    api, browser = Api(OPERATOR), signed_in(user)
    found = {}
    for path in API:
        answer = api.get(f"/api/{path.format(n=number)}")
        assert answer.status_code == 200, path
        found[f"/api/{path}"] = answer.text
    for path in PAGES:
        answer = browser.get(f"/{path.format(n=number)}")
        assert answer.status_code == 200, path
        found[f"/{path}"] = answer.text
    for entry in AuditEntry.objects.all():
        said = (entry.before, entry.after, entry.detail, entry.reason)
        found[f"audit {entry.pk}"] = json.dumps(said)
    found["notifications"] = json.dumps(
        [row.body for row in incident_notifications(number)]
    )
    return found


def incident_notifications(number: int) -> list[Any]:
    return list(Incident.objects.get(pk=number).notifications.all())


def live(stage: Stage) -> dict[str, Any]:
    fields, _standings = snapshot.fleet(
        stage.clock, {"ok": True, "since": stage.clock.time}
    )
    return fields


def test_nothing_tells_it_while_it_is_in_force(
    incident: Incident, stage: Stage, operator: User
) -> None:
    operator.is_staff = True
    operator.save()
    found = walk(operator, incident.pk)
    assert len(found["notifications"]) > 10
    told = {
        where: TELLS.findall(text)
        for where, text in found.items()
        if TELLS.search(text)
    }
    assert told == {}
    shown = json.dumps(live(stage))
    assert TELLS.findall(shown) == []
    assert incident.exercise is False
    assert incident.fault_version is None


def test_the_plan_says_that_there_is_one_and_until_when(incident: Incident) -> None:
    plan = Api(OPERATOR).get("/api/chaos").json()["data"]
    assert plan["enabled"] is True
    assert plan["concealed"] is True
    assert plan["remainingSeconds"] > 500
    assert (plan["errorRate"], plan["requests"], plan["reason"]) == (0, 0, "")


def test_what_exercises_cost_is_unknown_meanwhile(
    incident: Incident, stage: Stage
) -> None:
    slo = live(stage)["slos"][0]
    assert set(slo["budgetWithoutExercises"].values()) == {None}
    assert slo["budget"]["remainingRatio"] is not None
    api = Api(OPERATOR)
    report = api.get("/api/slo").json()["data"]["slos"][0]
    assert set(report["budgetWithoutExercises"].values()) == {None}
    kept = api.get("/api/reports/sla").json()["data"]["slos"][0]
    assert set(kept["withoutExercises"].values()) == {None}


def test_a_stop_reveals_all_of_it(
    incident: Incident, stage: Stage, operator: User
) -> None:
    plan_disable(actor=ADA)
    band = live_band(stage)
    assert (band["errorRate"], band["reason"]) == (0.0731, "hush: 7.31 %")
    assert secrets_reveal() == 1
    assert secrets_reveal() == 0
    incident.refresh_from_db()
    assert incident.exercise
    entry = AuditEntry.objects.get(action="fault_plan.revealed")
    assert entry.detail["latency_ms"] == 4321
    assert entry.detail["incidents"] == [incident.pk]
    story = Api(OPERATOR).get(f"/api/incidents/{incident.pk}").text
    assert "7.31 % errors" in story
    assert set(live(stage)["slos"][0]["budgetWithoutExercises"].values()) != {None}


def live_band(stage: Stage) -> dict[str, Any]:
    # the stage's clock stands in the past, where the period was moved to
    now = database_now()
    bands = snapshot.bands(lookup.moment(stage.began), now)
    assert len(bands) == 1
    return dict(bands[0])


def test_an_expiry_reveals_it_as_well(incident: Incident, stage: Stage) -> None:
    past = database_now() - timedelta(seconds=1)
    FaultPeriod.objects.update(expires_at=past)
    assert live_band(stage)["end"] == "expired"
    stage.tick()  # the evaluator writes both down
    incident.refresh_from_db()
    assert incident.exercise
    assert not FaultPeriod.objects.get().concealed


def test_charts_that_were_kept_meanwhile_get_their_band(
    incident: Incident, stage: Stage
) -> None:
    from sre_console.incidents.figures import figures_keep, figures_read

    incident.state = "resolved"
    incident.resolved_at = lookup.moment(stage.clock.time)
    incident.save()
    figures_keep(incident)
    assert figures_read(incident)["bands"] == []
    plan_disable(actor=ADA)
    secrets_reveal()
    bands = figures_read(incident)["bands"]
    assert isinstance(bands, list)
    assert [band["latencyMs"] for band in bands] == [4321]


def test_an_incident_with_another_cause_is_no_exercise(stage: Stage) -> None:
    plan_hold(
        holder="game-day-7", title="Drill", spec=HIDDEN, reason="", actor=ADA,
        concealed=True,
    )  # fmt: skip
    began = lookup.moment(stage.clock.time)
    FaultPeriod.objects.update(began_at=began)

    def broken(number: int) -> Any:
        from tests.integration.slo.conftest import sample

        return sample(0, total=50, bad=20)  # none of it injected

    stage.seconds(10, each=broken)
    plan_disable(actor=ADA)
    FaultPeriod.objects.update(ended_at=lookup.moment(stage.clock.time))
    secrets_reveal()
    assert not Incident.objects.get().exercise


def test_a_version_that_is_not_concealed_is_told_as_ever(db: None) -> None:
    plan_hold(holder="game-day-7", title="", spec=HIDDEN, reason="why", actor=ADA)
    plan = Api(OPERATOR).get("/api/chaos").json()["data"]
    assert (plan["errorRate"], plan["concealed"]) == (0.0731, False)
    assert AuditEntry.objects.get().detail["latency_ms"] == 4321
