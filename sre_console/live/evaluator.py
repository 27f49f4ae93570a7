"""Job: the leader folds closed seconds into the timeline and judges the newest."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from uuid import UUID

import structlog
from django.conf import settings
from django.db import OperationalError, connection, transaction

from ironclad.clock import Clock
from ironclad.errors import DatabaseUnavailable
from ironclad.resilience.deadline import within
from ironclad.resilience.yielding import yielding
from sre_console.audit.watch import Watch
from sre_console.chaos.expiry import close_expired
from sre_console.gamedays.running.runner import Runner
from sre_console.governance.injections.keeping import effects_keep
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.figures import figures_keep, figures_owed
from sre_console.incidents.judging import alerts_judge
from sre_console.incidents.operations import judged_before, operations_read
from sre_console.incidents.readings import Readings
from sre_console.incidents.received import received_forget
from sre_console.incidents.revealing import secrets_reveal
from sre_console.live.lease import Lease, judged
from sre_console.live.messenger import Messenger
from sre_console.live.worker import DATABASE_AWAY, Worker, forget_connection
from sre_console.recovery.drills.services import drills_close_expired
from sre_console.recovery.watching import RecoveryWatch
from sre_console.resilience.services import switch_close_expired
from sre_console.slo import lookup, pruning, seeding
from sre_console.slo.objectives import objectives, period
from sre_console.slo.standings import FRESH, standings
from sre_console.slo.timeline import FOLD_MOST, Folded, fold

logger = structlog.get_logger(__name__)

CHANNEL = "ironclad_beat"
AFTER = 0.25  # seconds after a second's end that it is evaluated
PRUNE_EVERY = 60  # beats
EFFECTS_EVERY = 10
_WITHIN = 2.0  # seconds a beat may take
_GIVES_WAY = 0.2  # seconds of them that requests of its process go first
_WITHIN_FIRST = 20.0  # seeding a month included
_LOCK_NOT_AVAILABLE = "55P03"
# A holder that was stopped must not keep the lease row locked for longer than this.
_LIMITS = """
SELECT set_config('lock_timeout', '800ms', true),
       set_config('idle_in_transaction_session_timeout', '2s', true)
"""


@dataclass(frozen=True, slots=True)
class Beat:
    """What one beat of the leader did."""

    fence: int
    folded: Folded
    judged: bool  # else it has not caught up yet


class Evaluator:
    """Its `beat` runs in one thread, once a second; any number of replicas may try."""

    def __init__(  # noqa: PLR0913 - what it is made of
        self,
        holder: UUID,
        clock: Clock,
        *,
        scale: float | None = None,
        seed_rate: float | None = None,
        messenger: Messenger | None = None,
        runner: Runner | None = None,
    ) -> None:
        self._lease = Lease(holder)
        self._clock = clock
        self._scale = scale or settings.CLOCK_SCALE
        self._seed_rate = seed_rate  # None: gaps stay gaps
        self._seeded = seed_rate is None
        self._beats = 0
        self._thinned_until = 0.0  # epoch
        self._messenger = messenger  # None: what is to be told waits for another one
        self._watch = Watch()
        self._recovery = RecoveryWatch(clock)
        self._runner = runner  # None: game days wait for another one
        self.leads = False
        self._resigned = False
        # Seconds that an outage lasted which has ended, until a judgement has told it.
        self.away_for = 0.0
        self._judged_at: float | None = None  # monotonic: by this one
        self._unkept: set[int] = set()  # incidents whose figures could not be kept

    @property
    def patience(self) -> float:
        """Seconds that the next beat may take."""
        return _WITHIN if self._seeded else _WITHIN_FIRST

    def beat(self) -> Beat | None:
        """Evaluate once; None when another one leads. Raises when the database is away."""
        if self._resigned:
            return None
        try:
            done = self._evaluate()
        except OperationalError as error:
            self.leads = False
            if getattr(error.__cause__, "sqlstate", "") == _LOCK_NOT_AVAILABLE:
                return None  # the leader is at work
            raise
        if (done is not None) is not self.leads:
            self.leads = done is not None
            logger.info("evaluator_leads" if self.leads else "evaluator_follows")
        if done is None or done.judged:
            self.away_for = 0.0  # told, or another one tells
        if done is not None:
            self._judged_at = self._clock.monotonic() if done.judged else None
            close_expired()  # after the commit: it needs no lease, and never holds it up
            secrets_reveal()
            switch_close_expired()
            self._keep_figures()
            self._keep_effects()
            self._close_drills()
            self._watch_audit()
        if self._messenger is not None:
            self._messenger.turn(leads=self.leads)
        if done is not None and done.judged:
            self._run_game_days()
        return done

    def resign(self) -> None:
        """Leave the rest to another one, who begins with its next beat instead of in 3 s.

        Not while a beat runs, and for good. Raises when the database is away.
        """
        self._resigned = True
        if self._lease.give_back():
            logger.info("evaluator_resigns")
        self.leads = False

    def _evaluate(self) -> Beat | None:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(_LIMITS)
            if not self._lease.hold():
                return None
            assert self._lease.fence is not None  # noqa: S101 - it is held
            folded = fold()
            now = self._clock.epoch()
            if not self._seeded:
                self._seed(now, folded)
            caught_up = folded.samples < FOLD_MOST  # the newest second is known
            if caught_up:
                self._judge(now, folded)
            with connection.cursor() as cursor:  # delivered at commit
                cursor.execute(
                    "SELECT pg_notify(%s, %s)", [CHANNEL, str(folded.newest or 0)]
                )
            with yielding(0):  # it locks rows that requests may want
                self._prune(now)
        self._seeded = True
        return Beat(self._lease.fence, folded, caught_up)

    def _keep_figures(self) -> None:
        """Of one incident that is over; none is worth a beat, or to be tried for ever."""
        owed = figures_owed(lookup.moment(self._clock.epoch()), but=self._unkept)
        if owed is None:
            return
        try:
            with transaction.atomic():
                figures_keep(owed)
        except DatabaseUnavailable:
            raise  # later, then
        except Exception as error:
            self._unkept.add(owed.pk)
            logger.exception("incident_figures_not_kept", incident=owed.pk)
            if isinstance(error, DATABASE_AWAY):
                raise  # the connection is not what it was

    def _keep_effects(self) -> None:
        """Of injections that are over; whatever is wrong with those, the beat goes on."""
        if self._beats % EFFECTS_EVERY:
            return
        try:
            with transaction.atomic():
                effects_keep(lookup.moment(self._clock.epoch()))
        except DATABASE_AWAY:
            raise
        except Exception:
            logger.exception("injection_effects_not_kept")

    def _close_drills(self) -> None:
        """Disaster drills that nobody ends; a minute sooner or later says nothing."""
        if self._beats % PRUNE_EVERY:
            return
        try:
            drills_close_expired()
        except DATABASE_AWAY:
            raise
        except Exception:
            logger.exception("disaster_drills_not_closed")

    def _watch_audit(self) -> None:
        """Whatever is wrong with that, the SLOs are judged."""
        try:
            self._watch.turn()
        except DATABASE_AWAY:
            raise
        except Exception:
            logger.exception("audit_not_watched")

    def _run_game_days(self) -> None:
        """Whatever is wrong with those, the SLOs are judged and people are told."""
        if self._runner is None:
            return
        try:
            self._runner.turn(self._lease.hold)
        except DATABASE_AWAY:
            raise
        except Exception:
            logger.exception("game_days_not_turned")

    def _judge(self, now: float, folded: Folded) -> None:
        found = standings(
            objectives(),
            now=now,
            scale=self._scale,
            whole=True,
            # what has just been seeded may be newer
            newest=folded.newest if self._seeded else None,
            seeded=False,
        )
        before = judged_before()
        around = operations_read(
            lookup.moment(now),
            judged=before,
            oldest=None if folded.oldest is None else lookup.moment(folded.oldest + 1),
            database_away=self.away_for,
            recovery=self._recovery.latest(),
        )
        if self._judged_at is not None:
            # A clock that jumped is no absence: this one was here.
            here = self._clock.monotonic() - self._judged_at
            around = replace(around, beat_age=min(around.beat_age, here))
        readings = Readings(found, around, catalogue(), self._scale)
        alerts_judge(readings, before=before)
        judged(lookup.moment(found.end + 1))

    def _seed(self, now: float, folded: Folded) -> None:
        # Seconds that are being measured at this moment arrive with the next beats.
        recent = folded.newest is not None and now - folded.newest <= FRESH
        until = folded.newest + 1 if recent and folded.newest else now - 1
        filled = seeding.seed_gaps(
            until,
            scale=self._scale,
            rps=self._seed_rate or 0,
            period=period().total_seconds(),
        )
        if filled:
            logger.info("history_seeded", seconds=filled)

    def _prune(self, now: float) -> None:
        if self._beats % PRUNE_EVERY == 0:
            pruning.prune(
                now,
                scale=self._scale,
                period=period().total_seconds(),
                thin_from=self._thinned_until,
            )
            # late samples may still bring rows into the last quarter of an hour
            self._thinned_until = now - pruning.FINE - 900
            received_forget(lookup.moment(now))
        self._beats += 1


class EvaluatorJob:
    """Beats on the loop of a replica, 250 ms after each second of database time."""

    def __init__(
        self, evaluator: Evaluator, clock: Clock, *, outage: Callable[[], float]
    ) -> None:
        """`outage` says how many seconds one lasted that has just ended, or lasts."""
        self.evaluator = evaluator
        self._clock = clock
        self._outage = outage
        self.worker = Worker("ironclad-evaluate")
        self._waits = False

    async def run(self) -> None:
        try:
            while True:
                await asyncio.sleep(until_beat(self._clock.epoch()))
                await self._try()
        finally:
            self.worker.close()

    async def _try(self) -> None:
        # A beat that was slow, or failed, is no outage: who listens knows one.
        self.evaluator.away_for = max(self.evaluator.away_for, self._outage())
        try:
            await self.worker.run(self._beat, within_seconds=self.evaluator.patience)
        except DATABASE_AWAY as error:
            if not self._waits:
                logger.warning("evaluator_waits_for_database", error=str(error))
            self._waits = True
        else:
            self._waits = False

    def _beat(self) -> None:
        with yielding(_GIVES_WAY):
            self.evaluator.beat()

    def farewell(self, seconds: float) -> None:
        """Resign, in this thread, once the beat that may be running has ended."""
        self.worker.close()
        if not self.worker.join(seconds):
            return  # the lease runs out by itself
        try:
            with within(seconds):
                self.evaluator.resign()
        except DATABASE_AWAY as error:
            logger.warning("evaluator_could_not_resign", error=str(error))
        finally:
            forget_connection()


def until_beat(epoch: float) -> float:
    """Seconds from now to the next beat."""
    return math.floor(epoch - AFTER) + 1 + AFTER - epoch
