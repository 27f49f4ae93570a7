"""STOP ALL: in this replica's memory at once, then in the database within a bound."""

from __future__ import annotations

import asyncio
import concurrent.futures
from collections.abc import Callable
from functools import partial
from typing import TypeVar

import structlog
from asgiref.sync import async_to_sync, sync_to_async

from ironclad.errors import PermissionRefused
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited
from sre_console.chaos.plan import Plan
from sre_console.chaos.services import plan_disable
from sre_console.gamedays.running.stopping import game_days_stop_all, stop_took
from sre_console.live.runtime import Runtime, runtime
from sre_console.live.worker import DATABASE_AWAY, Busy
from sre_console.resilience.services import switch_restore

logger = structlog.get_logger(__name__)
T = TypeVar("T")

_STORED_WITHIN = 2.0  # seconds
_NEXT = 0.02  # seconds between two looks whether the stop before is stored
_LOOP_WITHIN = 0.5  # seconds for the loop to take the call from another thread


async def stop_all(actor: Actor, reason: str = "") -> dict[str, object]:
    """End every fault and game day, and put every pattern in force again.

    Raises PermissionRefused for a role that may only look.

    `stored` is false when the database did not answer: the faults are over here, the other
    replicas' leases run out within 5 s, and the stop is written as soon as that is possible:
    it ends whatever came into force before it.
    """
    access_check(actor, "faults.stop")
    now = runtime()
    began = now.clock.monotonic()
    with now.stopping(actor, reason) as stored:
        ended = await _end_in_memory(now)
        over = now.clock.monotonic()  # here; everywhere once it is stored
        now.snapshots.plan_changed()
        try:
            plan, ran = await _store(now, actor, reason)
            version: int | None = plan.version
            stored()
            over = now.clock.monotonic()
            if ran:
                await _tell_game_days(now, ran, (over - began) * 1000)
        except PermissionRefused:
            raise
        except DATABASE_AWAY as error:
            logger.warning("stop_not_stored", error=str(error), plan=ended)
            version = None
    return {
        "version": now.switchboard.version if version is None else version,
        "milliseconds": round((over - began) * 1000, 1),
        "stored": version is not None,
    }


def stop_all_sync(actor: Actor, reason: str = "") -> dict[str, object]:
    """The same for a thread, such as a synchronous view's."""
    return async_to_sync(stop_all)(actor, reason)


async def _end_in_memory(now: Runtime) -> int | None:
    """Run the switchboard's stop on its own loop, whichever loop or thread this is."""
    loop = now.loop
    if loop is None or loop is asyncio.get_running_loop() or not loop.is_running():
        return now.end_here()
    done: concurrent.futures.Future[int | None] = concurrent.futures.Future()

    def stop() -> None:
        done.set_result(now.end_here())
        now.snapshots.plan_changed()

    loop.call_soon_threadsafe(stop)
    async with asyncio.timeout(_LOOP_WITHIN):
        return await asyncio.wrap_future(done)


def stop_write(actor: Actor, reason: str = "") -> tuple[Plan, list[int]]:
    """The end of every fault, of the patterns' switch and of each game day, in one transaction.

    Also returns the game days that were ended.
    """
    with audited():
        switch_restore(actor=actor)
        ran = game_days_stop_all(actor=actor, reason=reason)
        return plan_disable(actor=actor, reason=reason), ran


async def _store(now: Runtime, actor: Actor, reason: str) -> tuple[Plan, list[int]]:
    return await _written(now, partial(stop_write, actor, reason))


async def _tell_game_days(now: Runtime, ran: list[int], milliseconds: float) -> None:
    """How long it took is known only now; the stop itself does not depend on it."""
    try:
        await _written(now, partial(stop_took, ran, round(milliseconds, 1)))
    except DATABASE_AWAY as error:
        logger.warning("stop_time_not_stored", error=str(error))


async def _written(now: Runtime, write: Callable[[], T]) -> T:
    if now.loop is None:  # no jobs run in this process: a shell, a test
        return await sync_to_async(write)()
    async with asyncio.timeout(_STORED_WITHIN):
        while True:  # another stop may be under way: each is written and audited
            try:
                return await now.stop_worker.run(write, within_seconds=_STORED_WITHIN)
            except Busy:
                await asyncio.sleep(_NEXT)
