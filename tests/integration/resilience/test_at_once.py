"""Faults, patterns and STOP ALL changed at once: none waits for another that waits for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytest_django import Settings

from sre_console.audit.actor import Actor
from sre_console.audit.verification import verify
from sre_console.chaos.services import plan_disable, plan_set
from sre_console.live.stop import stop_write
from sre_console.resilience.services import switch_set
from tests.integration.threads import at_once

OPERATOR = Actor(name="ann", role="operator")
ROUNDS = 15


@pytest.mark.django_db(transaction=True)
def test_no_change_waits_for_one_that_waits_for_it(settings: Settings) -> None:
    settings.CHAOS_ALLOWED = True

    def drag() -> None:
        plan_set(actor=OPERATOR, asked={"errorRate": 0.07})
        plan_disable(actor=OPERATOR)

    def switch() -> None:
        switch_set(actor=OPERATOR, asked={"off": ["retry"], "reason": "drill"})

    def stop() -> None:
        stop_write(OPERATOR)

    def often(change: Callable[[], None]) -> Callable[[], None]:
        def repeat() -> None:
            for _ in range(ROUNDS):
                change()

        return repeat

    done = at_once([often(each) for each in (drag, drag, switch, stop, stop)])
    assert done == [None] * 5
    assert verify().broken is None
