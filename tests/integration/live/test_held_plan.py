"""A replica with its real jobs under a plan that a game day holds."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from asgiref.sync import sync_to_async
from pytest_django import Settings

from sre_console.audit.actor import Actor
from sre_console.chaos.allowance import Allowance, dealt
from sre_console.chaos.holding import plan_hold, plan_release, plan_renew
from sre_console.chaos.plan import FaultSpec, Plan
from sre_console.chaos.selectors import allowance_spent, allowance_spent_out
from sre_console.live.own import plan_own
from sre_console.live.runtime import Runtime

from .replicas import running, snapshot

OPERATOR = Actor("ann", "operator")
KEY = "game-day-7"
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def replica(settings: Settings) -> AsyncIterator[Runtime]:
    settings.SEED_HISTORY = settings.EVALUATOR = False
    settings.CHAOS_ALLOWED = True
    async with running() as parts:
        yield parts


def hold(allowance: Allowance | None = None) -> Plan:
    return plan_hold(
        holder=KEY,
        title="",
        spec=FaultSpec(error_rate=1),
        reason="step 1",
        actor=OPERATOR,
        allowance=allowance,
    )


async def soon(true: Callable[[], bool], seconds: float = 3) -> None:
    async with asyncio.timeout(seconds):
        while not true():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_renewal_reaches_the_replica_and_is_no_new_version(
    replica: Runtime,
) -> None:
    version = (await sync_to_async(hold)()).version
    await soon(lambda: replica.switchboard.in_force is not None)
    assert replica.switchboard.remaining <= 60
    assert await sync_to_async(plan_renew)(holder=KEY, version=version, ttl=120)
    await soon(lambda: replica.switchboard.remaining > 60)
    assert replica.switchboard.version == version
    own = plan_own(replica)
    assert (own["holder"], own["ttlSeconds"]) == (KEY, 120)
    await sync_to_async(plan_release)(holder=KEY, actor=OPERATOR)
    await soon(lambda: replica.switchboard.in_force is None)
    fields = await snapshot(replica, lambda f: not f["plan"]["enabled"])
    assert fields["plan"]["holder"] is None


async def test_a_share_that_is_used_up_is_stored_and_the_plan_stays(
    replica: Runtime,
) -> None:
    name = str(replica.replica)
    allowance = dealt(KEY, {"availability": 2}, {}, [name])
    await sync_to_async(hold)(allowance)
    await soon(lambda: replica.switchboard.in_force is not None)
    decided = [replica.switchboard.decide("GET", "/api/users") for _ in range(3)]
    assert [decision is not None for decision in decided] == [True, True, False]
    async with asyncio.timeout(3):
        while await sync_to_async(allowance_spent_out)(KEY) != {name}:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    spent = await sync_to_async(allowance_spent)(KEY)
    assert spent == {name: {"availability": 2, "error-rate": 2}}
    assert replica.switchboard.in_force is not None


def test_without_the_database_a_hold_is_told_until_it_has_ended() -> None:
    parts = Runtime()
    plan = Plan(4, False, FaultSpec(), 60, None, None, "ann", "step 1", holder=KEY)
    for seconds, holder in ((30, KEY), (-1, None)):
        until = parts.clock.now() + timedelta(seconds=seconds)
        parts.listener.plan = replace(plan, held_until=until)
        assert plan_own(parts)["holder"] == holder
