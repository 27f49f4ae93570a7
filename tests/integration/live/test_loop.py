"""The parts of a replica together: real jobs, real database, real time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from asgiref.sync import sync_to_async
from django.db.models import Sum
from pytest_django import Settings

from ironclad.edge.events import RequestFinished
from ironclad.errors import DatabaseUnavailable
from ironclad.resilience.breaker import Breaker, BreakerPolicy
from ironclad.resilience.effects import Effects
from ironclad.resilience.events import BreakerChanged
from ironclad.resilience.process import breakers
from sre_console.audit.actor import Actor
from sre_console.chaos.plan import Plan
from sre_console.chaos.rows import database_now
from sre_console.chaos.services import plan_set
from sre_console.live import publishing, stop
from sre_console.live.recorder import Recorder
from sre_console.live.runtime import Runtime, Stopped
from sre_console.live.series import series
from sre_console.models import AuditEntry, EvaluatorLease, FaultPlan, Replica, SliSample
from sre_console.resilience.orders import order_give
from sre_console.resilience.services import switch_set
from sre_console.slo.lookup import Row

from .replicas import SILENCE, running, snapshot

OPERATOR = Actor(name="test", role="operator")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
async def replica(settings: Settings) -> AsyncIterator[Runtime]:
    settings.SEED_HISTORY = False
    settings.CHAOS_ALLOWED = True
    async with running() as parts:
        yield parts


@pytest.fixture
async def unevaluated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Runtime]:
    """A replica of a fleet in which nobody evaluates: there is no beat."""
    settings.EVALUATOR = False
    monkeypatch.setattr(publishing, "SILENCE", SILENCE)
    async with running() as parts:
        yield parts


def event(parts: Runtime, status: int) -> RequestFinished:
    return RequestFinished(
        request_id="r", method="GET", route="/api/users", status=status,
        duration=0.02, finished=parts.clock.monotonic(), service=True,
    )  # fmt: skip


async def test_an_event_reaches_the_chart(replica: Runtime) -> None:
    replica.recorder(event(replica, 200))
    replica.recorder(event(replica, 500))
    fields = await snapshot(
        replica, lambda f: any(p["err"] == 0.5 for p in f["points"])
    )
    point = next(p for p in fields["points"] if p["err"] == 0.5)
    assert point["burn"]["5m"] == 500
    fleet = await snapshot(
        replica, lambda f: f["source"] == "fleet" and f["slos"][0]["total"] == 2
    )
    assert fleet["database"]["ok"] is True


async def test_without_a_console_the_slos_are_judged_and_no_snapshot_is_made(
    replica: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sre_console.live.publisher.WATCHED_FOR", 0.0)
    await snapshot(replica, lambda f: f["source"] == "fleet" and f["points"])
    await _beats(replica, 1)  # one that was begun for who has just left
    before = replica.snapshots.latest
    assert before is not None
    await _beats(replica, 2)
    assert replica.snapshots.latest is before
    fields = await snapshot(replica, lambda _f: True)
    assert fields["seq"] == before.seq + 1, "an old one is shown as new"


async def _beats(parts: Runtime, number: int) -> None:
    async with asyncio.timeout(10):
        for _ in range(number):
            heard = parts.listener.last_fleet
            while parts.listener.last_fleet == heard:  # noqa: ASYNC110
                await asyncio.sleep(0.02)


async def test_what_came_since_the_last_flush_is_stored_at_the_end(
    replica: Runtime,
) -> None:
    await snapshot(replica, lambda f: f["source"] == "fleet")
    replica.recorder(event(replica, 200))
    await asyncio.to_thread(replica.farewell)
    totals = SliSample.objects.filter(replica=replica.replica)
    assert (await totals.aaggregate(all=Sum("total")))["all"] == 1


async def test_the_leader_gives_its_lease_back_at_the_end(replica: Runtime) -> None:
    leases = EvaluatorLease.objects.filter(holder=replica.replica)
    async with asyncio.timeout(5):
        while not await leases.aexists():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await asyncio.to_thread(replica.farewell)
    lease = await leases.aget()
    assert lease.holder == replica.replica
    assert lease.expires_at <= await sync_to_async(database_now)()


async def test_a_plan_is_in_force_and_confirmed_at_once(replica: Runtime) -> None:
    await snapshot(replica, lambda f: f["source"] == "fleet")
    asked = {"errorRate": 0.07}
    plan = await sync_to_async(plan_set)(actor=OPERATOR, asked=asked)
    async with asyncio.timeout(2):
        while replica.switchboard.version < plan.version:  # noqa: ASYNC110
            await asyncio.sleep(0.005)
    assert replica.switchboard.in_force is not None
    fields = await snapshot(replica, lambda f: f["plan"]["version"] == plan.version)
    assert fields["plan"]["errorRate"] == 0.07
    assert fields["replicas"]["confirmed"] == 1
    assert fields["bands"][0]["to"] is None
    stored = await sync_to_async(Replica.objects.get)(id=replica.replica)
    assert stored.plan_version == plan.version


async def test_stop_all_ends_the_faults_and_writes_it(
    replica: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stop, "runtime", lambda: replica)
    await snapshot(replica, lambda f: f["source"] == "fleet")
    await sync_to_async(plan_set)(actor=OPERATOR, asked={"errorRate": 1})
    await snapshot(replica, lambda f: f["plan"]["enabled"])
    done = await stop.stop_all(OPERATOR)
    assert done["stored"] is True
    assert replica.switchboard.in_force is None
    row = await sync_to_async(FaultPlan.objects.get)()
    assert not row.enabled
    fields = await snapshot(replica, lambda f: not f["plan"]["enabled"])
    assert fields["bands"][0]["end"] == "stopped"


async def test_a_stop_that_could_not_be_stored_is_audited_even_after_the_expiry(
    replica: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_now: Runtime, _actor: Actor, _reason: str) -> Plan:
        raise DatabaseUnavailable

    monkeypatch.setattr(stop, "runtime", lambda: replica)
    monkeypatch.setattr(stop, "_store", away)
    await snapshot(replica, lambda f: f["source"] == "fleet")
    asked = {"errorRate": 1, "ttlSeconds": 1}
    await sync_to_async(plan_set)(actor=OPERATOR, asked=asked)
    await snapshot(replica, lambda f: f["plan"]["enabled"])
    replica.stops_in_progress += 1  # the outage: the end cannot be written
    done = await stop.stop_all(OPERATOR, "smoke")
    assert done["stored"] is False
    await snapshot(
        replica,
        lambda f: f["bands"][0]["end"] == "expired" and f["source"] == "fleet",
    )
    replica.stops_in_progress -= 1
    stopped = AuditEntry.objects.filter(action="fault_plan.disabled", actor="test")
    async with asyncio.timeout(5):
        while not await stopped.aexists():  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    told = (await stopped.aget()).reason
    assert told == "smoke (stopped while the database was away)"
    assert replica.owed is None


async def test_a_stop_written_late_ends_also_what_the_replica_had_not_heard_of(
    replica: Runtime,
) -> None:
    await snapshot(replica, lambda f: f["source"] == "fleet")
    replica.stops_in_progress += 1  # the database has gone away in between
    await sync_to_async(plan_set)(actor=OPERATOR, asked={"errorRate": 1})
    replica.owed = Stopped(OPERATOR, await sync_to_async(database_now)())
    replica.stops_in_progress -= 1
    fields = await snapshot(
        replica, lambda f: bool(f["bands"]) and f["bands"][0]["end"] == "stopped"
    )
    assert fields["plan"]["enabled"] is False
    assert replica.owed is None


async def test_two_stops_at_once_are_both_stored(
    replica: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stop, "runtime", lambda: replica)
    await snapshot(replica, lambda f: f["source"] == "fleet")
    done = await asyncio.gather(*(stop.stop_all(OPERATOR) for _ in range(3)))
    assert [each["stored"] for each in done] == [True] * 3


async def test_without_a_beat_the_replica_speaks_for_itself(
    unevaluated: Runtime,
) -> None:
    await snapshot(unevaluated, lambda f: f["source"] == "fleet")
    _has_run(unevaluated.recorder, 60)
    unevaluated.recorder(event(unevaluated, 500))
    fields = await snapshot(
        unevaluated, lambda f: any(p["err"] == 1 for p in f["points"])
    )
    assert fields["source"] == "replica"
    assert fields["plan"]["enabled"] is False
    assert fields["slos"]  # the last that the fleet said


def _has_run(recorder: Recorder, seconds: int) -> None:
    """A figure is told once the replica has been there for its whole window."""
    first = recorder.ring[0]
    for ago in range(1, seconds + 1):
        recorder.ring.appendleft(Row(first.second - ago, first.counters))


async def test_patterns_that_are_switched_off_are_off_in_the_replica_and_confirmed(
    replica: Runtime,
) -> None:
    await snapshot(replica, lambda f: f["source"] == "fleet")
    asked = {"off": ["retry"], "reason": "to see"}
    await sync_to_async(switch_set)(actor=OPERATOR, asked=asked)
    fields = await snapshot(
        replica, lambda f: f["resilience"]["patterns"]["replicas"]["confirmed"] == 1
        and f["resilience"]["patterns"]["off"] == ["retry"],
    )  # fmt: skip
    assert not replica.patterns.on("retry")
    assert fields["patternPeriods"][0]["to"] is None


async def test_stop_all_puts_every_pattern_in_force_again(
    replica: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stop, "runtime", lambda: replica)
    await snapshot(replica, lambda f: f["source"] == "fleet")
    await sync_to_async(switch_set)(actor=OPERATOR, asked={"off": ["breaker"]})
    await snapshot(replica, lambda f: f["resilience"]["patterns"]["off"] != [])
    await stop.stop_all(OPERATOR)
    assert replica.patterns.on("breaker")
    # a snapshot of the replica's own has the periods that the fleet told of last
    fields = await snapshot(
        replica, lambda f: f["source"] == "fleet"
        and f["resilience"]["patterns"]["off"] == [],
    )  # fmt: skip
    assert fields["patternPeriods"][0]["end"] == "restored"


async def test_a_stop_during_an_outage_restores_the_patterns_in_the_database_later(
    replica: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_now: Runtime, _actor: Actor, _reason: str) -> Plan:
        raise DatabaseUnavailable

    monkeypatch.setattr(stop, "runtime", lambda: replica)
    monkeypatch.setattr(stop, "_store", away)
    await snapshot(replica, lambda f: f["source"] == "fleet")
    await sync_to_async(switch_set)(actor=OPERATOR, asked={"off": ["breaker"]})
    await snapshot(replica, lambda f: f["resilience"]["patterns"]["off"] != [])
    assert (await stop.stop_all(OPERATOR))["stored"] is False
    assert replica.patterns.on("breaker")
    await snapshot(
        replica, lambda f: f["source"] == "fleet"
        and f["resilience"]["patterns"]["off"] == []
    )  # fmt: skip
    restored = AuditEntry.objects.filter(action="patterns.restored", actor="test")
    assert await restored.aexists()


async def test_what_a_breaker_did_is_stored_and_shown_at_once(
    replica: Runtime,
) -> None:
    await snapshot(replica, lambda f: f["source"] == "fleet")
    at = replica.clock.monotonic()
    change = BreakerChanged("database", "closed", "open", "failures", 1, at)
    replica.transitions(change)
    replica.resilience_changed(change)
    fields = await snapshot(replica, lambda f: f["transitions"] != [])
    (shown,) = fields["transitions"]
    assert (shown["to"], shown["replica"]) == ("open", str(replica.replica))
    # Others see it from the commit on; the thread that wrote ticks it off after.
    async with asyncio.timeout(3):
        while replica.transitions.unstored():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_an_order_is_carried_out(
    replica: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    breaker = Breaker(
        "database",
        BreakerPolicy(),
        monotonic=replica.clock.monotonic,
        publish=lambda _event: None,
    )
    monkeypatch.setitem(breakers, "database", breaker)
    await snapshot(replica, lambda f: len(f["resilience"]["breakers"]) > 0)
    await sync_to_async(order_give)(
        actor=OPERATOR, breaker="database", action="trip", replica=replica.replica
    )
    async with asyncio.timeout(3):
        while breaker.standing().state != "open":  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_what_rate_limits_refused_is_a_line_of_its_own(replica: Runtime) -> None:
    replica.recorder(event(replica, 200))
    replica.recorder(replace(event(replica, 429), limited="address"))
    fields = await snapshot(
        replica,
        lambda f: any(p["limited"] == 0.5 for p in f["points"]) and f["slos"],
    )
    point = next(p for p in fields["points"] if p["limited"] == 0.5)
    assert (point["n"], point["err"]) == (2, 0)
    past = await sync_to_async(series)(300)
    assert 0.5 in past["limited"]  # type: ignore[operator]


async def test_the_patterns_work_is_in_the_points(replica: Runtime) -> None:
    await snapshot(replica, lambda f: f["source"] == "fleet")
    effects = Effects("GET", "/api/users", calls=3, retries=2, refused="deadline")
    replica.recorder(replace(event(replica, 504), effects=effects))
    fields = await snapshot(
        replica, lambda f: any(p["work"]["calls"] for p in f["points"])
    )
    point = next(p for p in fields["points"] if p["work"]["calls"])
    assert point["work"] == {
        "calls": 3, "retries": 2, "breaker": 0, "bulkhead": 0, "deadline": 1,
        "degraded": 0,
    }  # fmt: skip
