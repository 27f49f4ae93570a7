"""What a run's own steps may no longer do, whoever let it begin."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from ironclad.errors import Conflict
from sre_console.audit.actor import Actor
from sre_console.chaos.selectors import plan_read
from sre_console.gamedays.drill.services import drill_start
from sre_console.gamedays.running.block import block_release
from sre_console.live.lever import no_faults_pull
from sre_console.models import AuditEntry, NoFaults
from tests.integration.gamedays.scenes import errors, scene
from tests.integration.gamedays.theatre import OPERATOR, Theatre

pytestmark = pytest.mark.django_db
ADMIN = Actor("alma", "administrator")


def test_a_step_injects_nothing_where_faults_are_not_allowed(
    settings: Settings,
) -> None:
    theatre = Theatre(rate=10)
    row = theatre.start(scene(errors(0, 5), errors(0.5, 30)))
    settings.CHAOS_ALLOWED = False
    theatre.until_over(row)
    assert (row.state, row.verdict) != ("finished", "passed")
    assert "IRONCLAD_CHAOS_ALLOWED" in row.end_reason
    assert not row.events.filter(kind="fault_set").exists()


def test_the_lever_ends_a_run_and_no_step_of_it_follows() -> None:
    theatre = Theatre(rate=10)
    row = theatre.start(scene(errors(0.5, 5), errors(0.9, 30)))
    theatre.seconds(3)
    assert plan_read()[0].enabled
    no_faults_pull(actor=ADMIN, reason="migration")
    theatre.until_over(row)
    assert (row.state, row.ended_by) == ("stopped", "alma")
    assert not plan_read()[0].enabled
    assert row.events.filter(kind="fault_set").count() == 1
    block_release(actor=ADMIN)
    with pytest.raises(Conflict, match="alma forbade every fault"):
        theatre.start(scene(errors(0, 5)))
    with pytest.raises(Conflict, match="alma forbade every fault"):
        drill_start(actor=OPERATOR, by=theatre.clock)


def test_a_step_asks_for_the_lever_itself() -> None:
    theatre = Theatre(rate=10)
    row = theatre.start(scene(errors(0, 5), errors(0.5, 30)))
    theatre.seconds(2)
    NoFaults.objects.create(pulled=True, by="alma", reason="migration")
    theatre.until_over(row)
    assert "alma forbade every fault" in row.end_reason
    assert not row.events.filter(kind="fault_set").exists()


def test_the_record_says_that_it_was_confirmed(settings: Settings) -> None:
    settings.CHAOS_CONFIRM_ABOVE = 0.05
    theatre = Theatre(rate=10)
    with pytest.raises(Conflict, match=r"50 % of the requests to the service in rehe"):
        theatre.start(scene(errors(0.5, 5)))
    theatre.start(scene(errors(0.04, 5)))
    entry = AuditEntry.objects.get(action="game_day.started")
    assert "confirmed" not in entry.detail
