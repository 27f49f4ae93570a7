from __future__ import annotations

import asyncio
import json

import pytest

from ironclad.clock import clock
from sre_console.live.publisher import WATCHED_FOR, Snapshots
from sre_console.pages.consumers import ACK_WITHIN


async def test_a_snapshot_is_numbered_json() -> None:
    snapshots = Snapshots()
    snapshots.publish('{"source":"fleet"}')
    assert snapshots.latest is not None
    assert json.loads(snapshots.latest.text) == {
        "type": "snapshot",
        "seq": 1,
        "source": "fleet",
    }


async def test_whoever_waits_gets_the_newest_and_skips_the_rest() -> None:
    snapshots = Snapshots()
    snapshots.publish('{"n":1}')
    waiting = asyncio.create_task(snapshots.newer_than(1))
    await asyncio.sleep(0)
    snapshots.publish('{"n":2}')
    snapshots.publish('{"n":3}')
    assert (await waiting).seq == 3


async def test_every_waiter_is_woken() -> None:
    snapshots = Snapshots()
    waiting = [asyncio.create_task(snapshots.newer_than(0)) for _ in range(200)]
    await asyncio.sleep(0)
    snapshots.publish('{"n":1}')
    assert {s.seq for s in await asyncio.gather(*waiting)} == {1}


async def test_who_looks_after_one_was_skipped_has_a_new_one_made() -> None:
    snapshots = Snapshots()
    snapshots.publish('{"n":1}')
    assert not snapshots.watched
    snapshots.skip()
    looking = [asyncio.create_task(snapshots.newer_than(0)) for _ in range(2)]
    await asyncio.sleep(0)
    assert snapshots.changed.is_set()
    assert not any(task.done() for task in looking), "an old one is shown as new"
    snapshots.publish('{"n":2}')
    assert [(await task).seq for task in looking] == [2, 2]


async def test_who_has_looked_is_there_for_as_long_as_an_answer_may_take(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [100.0]
    monkeypatch.setattr(clock, "monotonic", lambda: now[0])
    snapshots = Snapshots()
    looking = asyncio.create_task(snapshots.newer_than(0))
    await asyncio.sleep(0)
    now[0] += 2 * WATCHED_FOR
    assert snapshots.watched, "it waits for one"
    snapshots.publish('{"n":1}')
    await looking
    now[0] += WATCHED_FOR - 1
    assert snapshots.watched
    now[0] += 1
    assert not snapshots.watched


def test_a_console_is_given_up_before_it_counts_as_gone() -> None:
    assert WATCHED_FOR >= ACK_WITHIN
