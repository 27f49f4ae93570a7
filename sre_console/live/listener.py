"""Job: hear of changes. One LISTEN connection, in a thread of its own, remade when it breaks.

The thread reads the plan when it is nudged and once a second (a missed nudge heals), and builds
the fleet's snapshot after each beat. Whatever it finds is handed to the event loop.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import contextlib
import select
import socket
import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, TypeVar

import psycopg
import structlog
from django.db import connection

from ironclad.resilience.bulkhead import compartment
from ironclad.resilience.deadline import within
from ironclad.resilience.yielding import yielding
from sre_console.accounts.told import CHANNEL as PEOPLE
from sre_console.audit.services import audited
from sre_console.chaos.changing import CHANNEL as PLAN
from sre_console.chaos.plan import Plan
from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import plan_read
from sre_console.chaos.services import plan_disable_late, plan_lapse
from sre_console.gamedays.outcome.record import CHANNEL as GAME_DAYS
from sre_console.gamedays.running.stopping import game_days_stop_all
from sre_console.incidents.operations import fault_began, unjudged_since
from sre_console.incidents.record import CHANNEL as INCIDENTS
from sre_console.live import snapshot
from sre_console.live.evaluator import CHANNEL as BEAT
from sre_console.live.flush import replica_seen
from sre_console.live.gauges import gauges_set
from sre_console.live.publishing import encoded
from sre_console.live.recovery_gauges import recovery_gauges_set
from sre_console.live.worker import DATABASE_AWAY, forget_connection
from sre_console.recovery.watching import RecoveryWatch
from sre_console.resilience.channel import CHANNEL as RESILIENCE
from sre_console.resilience.channel import notify
from sre_console.resilience.orders import order_carry_out, orders_after
from sre_console.resilience.selectors import switch_read
from sre_console.resilience.services import switch_lapse, switch_restore_late
from sre_console.resilience.switch import Switch
from sre_console.slo.selectors import slo_standings

if TYPE_CHECKING:
    from sre_console.live.runtime import Runtime

logger = structlog.get_logger(__name__)
T = TypeVar("T")

CHANNELS = (PLAN, BEAT, RESILIENCE, INCIDENTS, GAME_DAYS, PEOPLE)
POLL = 1.0  # seconds between readings of the plan without a nudge
_WITHIN = 1.5  # seconds for everything asked in one turn
_GIVES_WAY = 0.1  # seconds that a beat's snapshot waits for requests
_AGAIN = 0.15  # seconds between attempts to connect
_LOOP_WITHIN = 1.0  # seconds for the event loop to take something over


class Listener:
    def __init__(self, parts: Runtime) -> None:
        self._parts = parts
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over = threading.Event()
        self._bell: socket.socket | None = None  # rung to wake the thread
        self._polled = 0.0  # monotonic
        self._asked = False  # a snapshot, by the publisher
        self._topics: set[str] = set()  # heard of people, and not handed on yet
        self.ok = False
        self.busy = False
        self.database = snapshot.DatabaseState(ok=False, since=parts.clock.epoch())
        self._ordered = 0  # the last order that was looked at
        self._began = parts.clock.monotonic()
        self._began_at: datetime | None = None  # the same in the database's time
        self.plan: Plan | None = None  # as the database said last
        self.switch: Switch | None = None  # likewise
        self.known: snapshot.Fields | None = None  # the fleet's last snapshot
        self.last_fleet = -float("inf")  # monotonic
        self.beat_heard = self._began  # monotonic: the SLOs were judged then
        self.fault_began: float | None = None  # epoch: faults in force since then
        self.unjudged_since: datetime | None = None  # as the database said last
        self._lost_at: float | None = self._began  # monotonic
        self._connected = False  # ever
        # A table that is locked must not cost the turn.
        self._recovery = RecoveryWatch(parts.clock, lock_timeout="200ms")
        self._outage = 0.0  # seconds that one lasted which nobody has asked for yet

    # -- on the event loop ----------------------------------------------------------------

    async def run(self) -> None:
        """Until cancelled. Raises what ended the thread, so that it is started again."""
        self._loop = asyncio.get_running_loop()
        if self._thread is not None and self._thread.is_alive():
            self._over.set()
            self._ring()
            await asyncio.to_thread(self.join)
        self._over = threading.Event()
        ended: asyncio.Future[None] = self._loop.create_future()
        self._bell, ear = socket.socketpair()
        for end in (self._bell, ear):
            end.setblocking(False)  # noqa: FBT003
        self._thread = threading.Thread(
            target=self._serve,
            args=(self._over, ear, ended),
            name="ironclad-listen",
            daemon=True,
        )
        self._thread.start()
        try:
            await ended
        finally:
            self._over.set()
            self._bell.close()  # wakes the thread, too

    def ask(self) -> None:
        """Have the plan read and a fleet snapshot published as soon as possible."""
        self._asked = True
        self._ring()

    @property
    def away_seconds(self) -> float:
        """Since the database could be reached last; 0 while it can."""
        lost = self._lost_at
        return 0.0 if lost is None else self._parts.clock.monotonic() - lost

    def outage(self) -> float:
        """Seconds that an outage lasted which has ended since this was asked last, or lasts."""
        lasted, self._outage = self._outage, 0.0
        return lasted or (self.away_seconds if self._connected else 0.0)

    def join(self) -> None:
        """Wait until the thread has ended, after `run` was cancelled; bounded."""
        if self._thread is not None:
            self._thread.join(_WITHIN + 2)

    def _ring(self) -> None:
        # full: it will wake anyway; closed: nobody sleeps any more
        with contextlib.suppress(OSError):
            if self._bell is not None:
                self._bell.send(b".")

    # -- in the thread ----------------------------------------------------------------------

    def _serve(
        self, over: threading.Event, ear: socket.socket, ended: asyncio.Future[None]
    ) -> None:
        compartment.set("background")
        try:
            while not over.is_set():
                try:
                    self._listen(over, ear)
                except DATABASE_AWAY as error:
                    self._lost(error)
                finally:
                    forget_connection()
                over.wait(_AGAIN)
            self._tell(lambda: None if ended.done() else ended.set_result(None))
        except BaseException as error:  # noqa: BLE001 - raised by `run` on the loop
            failure = error
            self._tell(lambda: None if ended.done() else ended.set_exception(failure))
        finally:
            ear.close()

    def _listen(self, over: threading.Event, ear: socket.socket) -> None:
        self._began_at = None  # the clock may be another server's
        with within(_WITHIN), connection.cursor() as cursor:
            cursor.execute("; ".join(f'LISTEN "{channel}"' for channel in CHANNELS))
        # whatever was missed while nobody listened
        heard = set(CHANNELS)
        while not over.is_set():
            self.busy = True
            try:
                with within(_WITHIN):
                    if not self.ok:  # the others have taken this replica for dead
                        replica_seen(self._parts.heartbeat(self._parts.clock.epoch()))
                    self._turn(heard)
            finally:
                self.busy = False
            self._found()
            heard = self._wait(ear)

    def _wait(self, ear: socket.socket) -> set[str]:
        """The channels that were heard; empty when it is time to look unasked."""
        raw = connection.connection
        assert raw is not None  # noqa: S101 - LISTEN went through it
        # those that came along with an answer are not announced by the socket any more
        heard = self._hear(raw)
        left = self._polled + POLL - self._parts.clock.monotonic()
        if heard or left <= 0:
            return heard
        # not select(): it can't take descriptors from 1024 on, and each client has one
        watch = select.poll()
        watch.register(raw.fileno(), select.POLLIN)
        watch.register(ear, select.POLLIN)
        ready = {descriptor for descriptor, _ in watch.poll(left * 1000)}
        if ear.fileno() in ready:
            with contextlib.suppress(BlockingIOError):
                ear.recv(4096)
        if ready:
            heard |= self._hear(raw)
        return heard

    def _hear(self, raw: psycopg.Connection[Any]) -> set[str]:
        """The channels of what has arrived; who is told about is kept besides."""
        heard = set()
        for notice in raw.notifies(timeout=0):
            heard.add(notice.channel)
            if notice.channel == PEOPLE:
                self._topics.add(notice.payload)
        return heard

    def _turn(self, heard: set[str]) -> None:
        asked, self._asked = self._asked, False
        topics, self._topics = self._topics, set()
        if topics:
            self._tell(lambda: self._parts.people.tell(topics))
        changed = False
        due = self._parts.clock.monotonic() - self._polled >= POLL
        if BEAT in heard:
            self.beat_heard = self._parts.clock.monotonic()
        self._write_stop()  # before it is read what is in force
        if BEAT in heard or due:
            self.unjudged_since = unjudged_since()
            recovery_gauges_set(self._recovery.latest())
        if RESILIENCE in heard or asked or due:
            changed = self._read_resilience()
        if PLAN in heard or asked or due:
            changed = self._read_plan() or changed
        if heard & {RESILIENCE, INCIDENTS, GAME_DAYS} or asked or changed:
            self._publish()
        elif BEAT in heard:
            self._show_beat()

    def _read_plan(self) -> bool:
        """Confirm the plan; returns whether it is a new version."""
        parts = self._parts
        asked = parts.clock.monotonic()
        plan, remaining = plan_read()
        self._polled = parts.clock.monotonic()
        self.plan = plan
        if plan.enabled and plan.spec.active:
            began = fault_began(database_now())
            self.fault_began = None if began is None else began.timestamp()
        else:
            self.fault_began = None

        def confirm() -> tuple[bool, int | None]:
            changed = parts.switchboard.confirm(plan, remaining=remaining, asked=asked)
            return changed, parts.switchboard.to_end

        changed, to_end = self._on_loop(confirm)
        if changed:
            replica_seen(parts.heartbeat(parts.clock.epoch()))
        if to_end is not None and not parts.owed:
            plan_lapse(version=to_end)
            return True
        return changed

    def _read_resilience(self) -> bool:
        """Confirm the patterns' switch and carry out orders; whether the switch is a new version."""
        parts = self._parts
        asked = parts.clock.monotonic()
        switch, remaining = switch_read()
        self.switch = switch
        off = frozenset(switch.off)

        def confirm() -> tuple[bool, int | None]:
            changed = parts.patterns.confirm(
                switch.version, off, remaining=remaining, asked=asked
            )
            return changed, parts.patterns.to_end

        changed, to_end = self._on_loop(confirm)
        for order in orders_after(
            self._ordered, parts.replica, since=self._began_at or self._looked_up()
        ):
            self._ordered = order.pk
            order_carry_out(order)
        if changed:
            replica_seen(parts.heartbeat(parts.clock.epoch()))
            notify(connection)  # the other consoles show that it is confirmed
        if to_end is not None and not parts.owed:
            switch_lapse(version=to_end)
            return True
        return changed

    def _looked_up(self) -> datetime:
        age = timedelta(seconds=self._parts.clock.monotonic() - self._began)
        self._began_at = database_now() - age
        return self._began_at

    def _write_stop(self) -> None:
        """Write down a stop that could not be when it was made."""
        owed = self._parts.owed
        if owed is None or self._parts.stops_in_progress:
            return
        late = "stopped while the database was away"
        reason = f"{owed.reason} ({late})" if owed.reason else late
        with audited():
            switch_restore_late(actor=owed.actor, stopped=owed.at)
            game_days_stop_all(actor=owed.actor, reason=reason, stopped=owed.at)
            plan_disable_late(actor=owed.actor, reason=reason, stopped=owed.at)
        if self._parts.owed is owed:
            self._parts.owed = None

    def _show_beat(self) -> None:
        """As far as anybody looks: a snapshot costs some forty statements."""
        parts = self._parts
        with yielding(_GIVES_WAY):
            if parts.snapshots.watched:
                self._publish()
                return
            gauges_set(slo_standings(by=parts.clock))
        parts.snapshots.skip()
        self.last_fleet = parts.clock.monotonic()

    def _publish(self) -> None:
        database = snapshot.DatabaseState(
            ok=True,
            since=self.database["since"] if self.ok else self._parts.clock.epoch(),
        )
        fields, standings = snapshot.fleet(self._parts.clock, database)
        text = encoded(fields)
        gauges_set(standings)

        def publish() -> None:
            self.known = fields
            self.last_fleet = self._parts.clock.monotonic()
            self._parts.snapshots.publish(text)

        self._on_loop(publish)

    def _found(self) -> None:
        if self._lost_at is not None and self._connected:
            self._outage = self._parts.clock.monotonic() - self._lost_at
        self._connected, self._lost_at = True, None
        if not self.ok:
            self.ok = True
            self.database = snapshot.DatabaseState(
                ok=True, since=self._parts.clock.epoch()
            )
            logger.info("listener_connected")

    def _lost(self, error: Exception) -> None:
        if self._lost_at is None:
            self._lost_at = self._parts.clock.monotonic()
        if self.ok or not self.database["ok"]:
            if self.ok:
                logger.warning("listener_lost_database", error=str(error))
                self.database = snapshot.DatabaseState(
                    ok=False, since=self._parts.clock.epoch()
                )
            self.ok = False

    def _on_loop(self, call: Callable[[], T]) -> T:
        """Run on the event loop and wait for the result; TimeoutError when it is stuck."""
        done: concurrent.futures.Future[T] = concurrent.futures.Future()

        def run() -> None:
            if not done.set_running_or_notify_cancel():
                return
            try:
                done.set_result(call())
            except Exception as error:  # noqa: BLE001 - raised in the thread
                done.set_exception(error)

        assert self._loop is not None  # noqa: S101 - set before the thread starts
        self._loop.call_soon_threadsafe(run)
        return done.result(_LOOP_WITHIN)

    def _tell(self, call: Callable[[], object]) -> None:
        assert self._loop is not None  # noqa: S101 - for the types
        with contextlib.suppress(RuntimeError):  # the loop is closed
            self._loop.call_soon_threadsafe(call)
