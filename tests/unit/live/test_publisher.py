from __future__ import annotations

import asyncio
import json

from sre_console.live.publisher import Snapshots


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
