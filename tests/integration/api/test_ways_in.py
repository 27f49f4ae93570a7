"""Every way in which somebody could have faults injected, and what stands in each of them.

The WebSocket is none: it takes acknowledgements and STOP ALL (test_websocket.py). A run's own
steps are in tests/integration/gamedays/test_safe_faults.py.
"""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django.fixtures import Settings

from sre_console.audit.actor import Actor
from sre_console.chaos.no_faults import no_faults_release
from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import plan_read
from sre_console.chaos.services import plan_set
from sre_console.gamedays.chaos_toolkit.exchange import (
    TOOLKIT,
    scenario_export,
    scenario_import,
)
from sre_console.gamedays.running.block import block_read, block_release
from sre_console.gamedays.scenarios.library import scenario_find
from sre_console.gamedays.tour import selectors as tour
from sre_console.live.lever import no_faults_pull
from sre_console.live.stop import stop_write
from sre_console.models import AuditEntry, GameDay, TourProgress
from sre_console.resilience.selectors import switch_read
from sre_console.slo.seeding import seed_gaps
from tests.integration.pages.conftest import person
from tests.unit.gamedays.tour.test_expected import HERE

from .conftest import Api, errors

pytestmark = pytest.mark.django_db
ADMIN = Actor("alma", "administrator")
FAULT = {"errorRate": 0.3, "reason": "practice"}
SCENARIO = "progressive-errors"
Way = Callable[[dict[str, str]], int]  # what is sent with it; the status


@pytest.fixture
def ada(db: None) -> User:
    return person("ada", "operator")


@pytest.fixture
def ways(
    operator: Api, ada: User, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> dict[str, Way]:
    """By its name; each would do its work where nothing stands in its way."""
    settings.CLOCK_SCALE = 60
    settings.CHAOS_FLOOR = settings.CHAOS_BUDGET_DAY = None
    seed_gaps(int(database_now().timestamp()), scale=60, rps=10, period=3 * 86_400)
    monkeypatch.setattr(tour, "installation", lambda: HERE)
    found = scenario_find(SCENARIO).scenario
    assert found is not None
    text = scenario_export(found, TOOLKIT)[2]
    scenario_import(actor=ADMIN, text=text, name="imported", file="experiment.json")
    browser = Client()
    browser.force_login(ada)

    def rest(path: str, body: dict[str, object]) -> Way:
        return lambda more: operator.send("POST", path, {**body, **more}).status_code

    def page(path: str, body: dict[str, str]) -> Way:
        return lambda more: browser.post(path, {**body, **more}).status_code

    def plan_there(way: Way) -> Way:
        def go(more: dict[str, str]) -> int:
            plan_set_off()
            return way(more)

        return go

    def lesson(more: dict[str, str]) -> int:
        TourProgress.objects.all().delete()
        browser.post("/console/tour/5/predict", {"prediction": "12"})
        return page("/console/tour/5/run", {})(more)

    return {
        "plan": rest("/api/chaos", FAULT),
        "errors": rest("/api/chaos/errors", {"rate": 0.3}),
        "errors by address": rest("/api/chaos/errors/0.3", {}),
        "latency": rest("/api/chaos/latency", {"ms": 400}),
        "latency by address": rest("/api/chaos/latency/400", {}),
        "enable": plan_there(rest("/api/chaos/enable", {})),
        "game day": rest("/api/game-days", {"scenario": SCENARIO}),
        "imported game day": rest("/api/game-days", {"scenario": "imported"}),
        "start page": page(f"/console/game-days/scenarios/{SCENARIO}/start", {}),
        "drill page": page("/console/drill/start", {"limit": "300"}),
        "tour page": lesson,
        "command": command,
    }


def plan_set_off() -> None:
    row = plan_read()[0]
    if row.spec.error_rate == 0:
        asked = {**FAULT, "enabled": False}
        plan_set(actor=ADMIN, asked=asked)


def command(more: dict[str, str]) -> int:
    confirm = ["--confirm", more["confirm"]] if more else []
    try:
        call_command(
            "game_day", "run", SCENARIO, *confirm, stdout=io.StringIO(), stderr=io.StringIO()
        )  # fmt: skip
    except CommandError as error:
        return 403 if "IRONCLAD_CHAOS_ALLOWED" in str(error) else 409
    return 201


def end() -> None:
    stop_write(ADMIN)
    if block_read().blocked:
        block_release(actor=ADMIN)


def test_each_way_works_where_nothing_stands_in_it(ways: dict[str, Way]) -> None:
    for name, way in ways.items():
        assert way({}) in {200, 201, 302}, name
        end()


def test_where_faults_are_not_allowed_every_way_is_refused(
    ways: dict[str, Way], settings: Settings, operator: Api
) -> None:
    plan_set_off()
    settings.CHAOS_ALLOWED = False
    settings.CHAOS_ENVIRONMENTS = ("staging",)
    # A lesson that can't be run tells what it would have shown instead.
    refused = {name: way({}) for name, way in ways.items() if name != "enable"}
    assert refused == {**dict.fromkeys(refused, 403), "tour page": 409}
    for path, body in (
        ("/api/chaos/enable", {}),
        ("/api/chaos/extend", {}),
        ("/api/resilience/patterns", {"off": ["breaker"]}),
    ):
        answer = operator.send("POST", path, body)
        assert errors(answer) == [("PERMISSION_DENIED", None)], path
    assert not plan_read()[0].enabled
    assert not GameDay.objects.exists()


def test_while_the_lever_is_pulled_every_way_is_refused(
    ways: dict[str, Way], operator: Api, settings: Settings
) -> None:
    settings.CHAOS_APPROVAL_ABOVE = 0.01
    waiting = operator.send("POST", "/api/game-days", {"scenario": SCENARIO}).json()
    no_faults_pull(actor=ADMIN, reason="migration")
    block_release(actor=ADMIN)
    before = AuditEntry.objects.count()
    refused = {name: way({}) for name, way in ways.items() if name != "enable"}
    assert refused == dict.fromkeys(refused, 409)
    number = waiting["data"]["id"]
    for path, body in (
        ("/api/chaos/extend", {}),
        ("/api/resilience/patterns", {"off": ["breaker"]}),
    ):
        answer = operator.send("POST", path, body)
        assert errors(answer) == [("CONFLICT", None)], path
        assert "alma forbade every fault" in answer.json()["errors"][0]["message"]
        assert "(migration)" in answer.json()["errors"][0]["message"]
    assert GameDay.objects.get().pk == number
    assert GameDay.objects.get().state == "stopped"
    assert not plan_read()[0].enabled
    assert switch_read()[0].off == ()
    assert AuditEntry.objects.count() == before
    no_faults_release(actor=ADMIN)
    assert ways["plan"]({}) == 200


def test_much_is_touched_by_nobody_who_has_not_typed_where_it_is(
    ways: dict[str, Way], settings: Settings
) -> None:
    settings.ENVIRONMENT, settings.CHAOS_CONFIRM_ABOVE = "production", None
    plan_set_off()
    settings.CHAOS_CONFIRM_ABOVE = 0.05
    for name, way in ways.items():
        for wrong in ({}, {"confirm": "staging"}):
            assert way(wrong) == 409, name
        assert not plan_read()[0].enabled, name
        assert not GameDay.objects.filter(state="running").exists(), name
        assert way({"confirm": "production"}) in {200, 201, 302}, name
        written = AuditEntry.objects.filter(detail__confirmed="production")
        assert written.count() == list(ways).index(name) + 1, name
        end()
