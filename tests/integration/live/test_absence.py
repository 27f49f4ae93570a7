"""What the database cannot tell, the replicas tell: that it is away, and that nobody judges."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections
from django.db.models import F
from pytest_django import Settings

from sre_console.chaos.rows import database_now
from sre_console.live import publishing
from sre_console.live.evaluator import Evaluator
from sre_console.live.runtime import Runtime
from sre_console.models import AlertPeriod, EvaluatorLease, Incident, Replica

from .replicas import SILENCE, no_database, running, snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_postgres]


@pytest.fixture(autouse=True)
def _connected_again(transactional_db: None) -> Iterator[None]:
    yield
    connection.close()  # the tables are emptied over a new one


@pytest.fixture
async def replica(settings: Settings) -> AsyncIterator[Runtime]:
    settings.SEED_HISTORY = False
    async with running() as parts:
        yield parts


@pytest.fixture
async def unevaluated(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Runtime]:
    settings.EVALUATOR = False
    monkeypatch.setattr(publishing, "SILENCE", SILENCE)
    async with running() as parts:
        yield parts


def state(fields: dict[str, Any], name: str) -> str:
    return next((a["state"] for a in fields["alerts"] if a["name"] == name), "inactive")


def firings(fields: dict[str, Any], name: str) -> list[dict[str, Any]]:
    return [one for one in fields["breaches"] if one["name"] == name]


async def test_without_the_database_a_replica_tells_that_it_is_down(
    replica: Runtime,
) -> None:
    await snapshot(replica, lambda f: f["source"] == "fleet" and f["alerts"] == [])
    with no_database():
        first = await snapshot(replica, lambda f: f["source"] == "replica")
        assert state(first, "DatabaseDown") == "pending"
        assert first["alerts"][0]["value"] < 5
        assert first["breaches"] == []
        _away_for_longer(replica, 5)
        fires = await snapshot(replica, lambda f: state(f, "DatabaseDown") == "firing")
        (shown,) = firings(fires, "DatabaseDown")
        assert shown["value"] > shown["threshold"] == 5
        assert (shown["to"], shown["severity"]) == (None, "critical")
        later = await snapshot(
            replica, lambda f: f["alerts"] and f["alerts"][0]["value"] > 7
        )
        assert firings(later, "DatabaseDown")[0]["from"] == shown["from"]
    await sync_to_async(connections.close_all)()
    # the evaluator tells of it afterwards, in one firing that is over at once
    over = await snapshot(
        replica, lambda f: any(one["to"] for one in firings(f, "DatabaseDown"))
    )
    assert over["source"] == "fleet"
    assert len(firings(over, "DatabaseDown")) == 1
    assert state(over, "DatabaseDown") == "inactive"
    assert await Incident.objects.filter(service="users").acount() == 1


def _away_for_longer(parts: Runtime, seconds: float) -> None:
    """The database went away so many seconds before it did."""
    listener = parts.listener
    assert listener._lost_at is not None
    listener._lost_at -= seconds
    listener.database["since"] -= seconds


def _stands(wanted: str, source: str) -> Callable[[dict[str, Any]], bool]:
    def found(fields: dict[str, Any]) -> bool:
        return (state(fields, "EvaluatorAbsent"), fields["source"]) == (wanted, source)

    return found


async def _judged(ago: float, parts: Runtime) -> None:
    """Nobody has judged for so many seconds, though database and replica were there."""
    async with asyncio.timeout(3):
        while not parts.listener.database["ok"]:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    parts.listener.database["since"] -= 3600
    now = await sync_to_async(database_now)()
    await Replica.objects.acreate(
        id=uuid4(),
        started_at=now - timedelta(hours=1),
        seen_at=now + timedelta(hours=1),
    )
    judged = now - timedelta(seconds=ago)
    await EvaluatorLease.objects.acreate(id=1, expires_at=judged, judged_at=judged)


async def test_that_nobody_judges_is_told_by_the_fleet_and_by_each_replica(
    unevaluated: Runtime,
) -> None:
    await snapshot(unevaluated, lambda f: f["source"] == "fleet")
    await _judged(8, unevaluated)
    for source in ("replica", "fleet"):
        unevaluated.snapshots.plan_changed()  # the fleet's figures are asked for
        pending = await snapshot(unevaluated, _stands("pending", source))
        assert pending["breaches"] == []
    earlier = F("judged_at") - timedelta(seconds=8)
    await EvaluatorLease.objects.aupdate(judged_at=earlier)
    for source in ("replica", "fleet"):
        unevaluated.snapshots.plan_changed()
        fires = await snapshot(unevaluated, _stands("firing", source))
        (shown,) = firings(fires, "EvaluatorAbsent")
        assert shown["value"] > shown["threshold"] == 15
    assert not await AlertPeriod.objects.aexists()


async def test_the_absence_ends_with_a_judgement_that_tells_it_once(
    unevaluated: Runtime,
) -> None:
    await snapshot(unevaluated, lambda f: f["source"] == "fleet")
    await _judged(60, unevaluated)
    await snapshot(unevaluated, lambda f: state(f, "EvaluatorAbsent") == "firing")
    evaluator = Evaluator(uuid4(), unevaluated.clock)
    await sync_to_async(evaluator.beat)()
    once = await snapshot(
        unevaluated, lambda f: f["source"] == "fleet" and f["incidents"] != []
    )
    assert len(firings(once, "EvaluatorAbsent")) == 1
    stored = await AlertPeriod.objects.aget()
    assert firings(once, "EvaluatorAbsent")[0]["from"] == stored.fired_at.timestamp()


async def test_after_an_outage_nobody_is_absent_yet(unevaluated: Runtime) -> None:
    await snapshot(unevaluated, lambda f: f["source"] == "fleet")
    await _judged(60, unevaluated)
    unevaluated.listener.database["since"] = unevaluated.clock.epoch()
    for source in ("replica", "fleet"):
        unevaluated.snapshots.plan_changed()
        fields = await snapshot(unevaluated, lambda f, s=source: f["source"] == s)  # type: ignore[misc]
        assert (state(fields, "EvaluatorAbsent"), fields["breaches"]) == (
            "inactive", [],
        )  # fmt: skip
