"""A fault that a person set, whose server is killed: its expiry is the database's."""

from __future__ import annotations

import pytest

from sre_console.chaos.services import plan_set
from sre_console.models import FaultPeriod
from tests.integration.gamedays.theatre import OPERATOR, Theatre

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]


def in_force(theatre: Theatre) -> bool:
    return theatre.replicas[0].board.in_force is not None


def broken(killed_at: int, started_at: int) -> tuple[Theatre, float]:
    """A fault of 60 s, and when it was set; the server is up again."""
    theatre = Theatre(rate=10)
    began = theatre.clock.time
    plan_set(actor=OPERATOR, asked={"errorRate": 1, "ttlSeconds": 60})
    theatre.seconds(killed_at)
    assert in_force(theatre)
    theatre.kill()
    theatre.seconds(started_at - killed_at)
    theatre.restart()
    return theatre, began


def test_started_before_its_expiry_it_goes_on_and_ends_then() -> None:
    theatre, began = broken(10, 40)
    theatre.seconds(1)
    assert in_force(theatre)
    lasted = 41.0
    while in_force(theatre):
        theatre.seconds(1)
        lasted = theatre.clock.time - began
    assert 59 <= lasted <= 61


def test_started_after_its_expiry_it_is_never_put_in_force_again() -> None:
    theatre, _began = broken(10, 80)
    for _ in range(10):
        theatre.seconds(1)
        assert not in_force(theatre)
    assert FaultPeriod.objects.get().end == "expired"
