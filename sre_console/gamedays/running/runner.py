"""Runs game days: a turn a second, in the leader's thread, after it has judged the SLOs.

All that a run is lies in its row, so that any leader goes on from there; whoever no longer leads
writes nothing, because the lease is held again in each turn's transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import structlog
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import Case, F, When

from ironclad.clock import Clock
from ironclad.database.existing import exists
from ironclad.errors import DatabaseUnavailable, DeadlineExceeded
from sre_console.audit.services import audited
from sre_console.chaos.holding import plan_release
from sre_console.gamedays.course import endings
from sre_console.gamedays.course.course import Ending
from sre_console.gamedays.course.seen import Seen
from sre_console.gamedays.outcome.aftermath import aftermath_keep, aftermath_owed
from sre_console.gamedays.running.asking import Asker
from sre_console.gamedays.running.holding import actor_of, holder_of
from sre_console.gamedays.running.observing import observe
from sre_console.gamedays.running.settling import run_ended
from sre_console.gamedays.running.turning import Turn, prefix
from sre_console.models import GameDay
from sre_console.slo import lookup

logger = structlog.get_logger(__name__)

APPROVED_WITHIN = timedelta(hours=1)
_AT_A_TIME = (
    5  # runs; those that go on come first, however many wait or are rolled back
)
_UNSETTLED = "SELECT FROM game_day WHERE NOT settled"
_ORDER = (
    Case(When(state="running", then=0), When(state="waiting", then=2), default=1),
    F("turned_at").asc(nulls_first=True),
    "id",
)
_LOCK_NOT_AVAILABLE = "55P03"
# Not the run's doing: its next turn may do better.
_AWAY = (DatabaseUnavailable, DeadlineExceeded, InterfaceError, OperationalError)
_LIMITS = """
SELECT set_config('lock_timeout', '500ms', true),
       set_config('idle_in_transaction_session_timeout', '2s', true)
"""


class Runner:
    def __init__(self, clock: Clock, asker: Asker | None = None) -> None:
        self._clock = clock
        self._asker = asker or Asker()
        self._unkept: set[int] = set()  # runs whose aftermath could not be taken

    def turn(self, leads: Callable[[], bool]) -> int:
        """Take a turn of every run; how many. `leads` holds the lease within a transaction."""
        ids: list[tuple[int, str]] = []
        if exists(_UNSETTLED):
            rows = GameDay.objects.filter(settled=False).order_by(*_ORDER)
            ids += rows.values_list("pk", "state")[:_AT_A_TIME]
        if all(state == "waiting" for _pk, state in ids):
            self._keep_aftermath(leads)
        if not ids:
            return 0
        seen = observe(self._clock)
        for pk, state in ids:
            try:
                if state == "waiting":
                    self._expire(pk, leads)
                else:
                    self._one(pk, leads, seen)
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") != _LOCK_NOT_AVAILABLE:
                    raise
                logger.warning("game_day_turn_waits", game_day=pk)
        return len(ids)

    def _keep_aftermath(self, leads: Callable[[], bool]) -> None:
        """What an ended run came to, once more when its alerts have cleared."""
        now = lookup.moment(self._clock.epoch())
        owed = aftermath_owed(now, but=self._unkept)
        if owed is None:
            return
        try:
            with transaction.atomic():
                self._limit()
                if leads():
                    aftermath_keep(owed, now)
        except _AWAY:
            raise
        except Exception:
            self._unkept.add(owed.pk)
            logger.exception("game_day_aftermath_not_kept", game_day=owed.pk)

    def _one(self, pk: int, leads: Callable[[], bool], seen: Seen) -> None:
        try:
            with transaction.atomic():
                self._limit()
                if not leads():
                    return
                with audited():
                    row = GameDay.objects.select_for_update().get(pk=pk)
                    if row.settled:
                        return
                    turn = Turn(row, seen, self._asker)
                    turn.take()
        except _AWAY:
            raise
        except Exception as error:
            logger.exception("game_day_failed", game_day=pk)
            self._broken(pk, leads, error)
            return
        for ask in turn.asked:
            self._asker.ask(prefix(row) + ask.key, ask.call)
        if turn.over:
            self._asker.forget(prefix(row))

    def _broken(self, pk: int, leads: Callable[[], bool], error: Exception) -> None:
        """A run that cannot be run on ends, and its faults with it; the others go on."""
        with transaction.atomic():
            self._limit()
            if not leads():
                return
            with audited():
                row = GameDay.objects.select_for_update().get(pk=pk)
                if row.state == "running":
                    why = f"the runner could not go on: {type(error).__name__}"
                    now = lookup.moment(self._clock.epoch())
                    run_ended(row, Ending(endings.ERROR, why), now)
                plan_release(holder=holder_of(row), actor=actor_of(row))
                row.settled = True
                row.save()

    def _expire(self, pk: int, leads: Callable[[], bool]) -> None:
        now = lookup.moment(self._clock.epoch())
        with transaction.atomic():
            self._limit()
            if not leads():
                return
            with audited():
                row = GameDay.objects.select_for_update().get(pk=pk)
                if row.state != "waiting" or now - row.created_at < APPROVED_WITHIN:
                    return
                why = "nobody has approved it within an hour"
                run_ended(row, Ending(endings.EXPIRED, why), now)
                row.settled = True
                row.save()

    @staticmethod
    def _limit() -> None:
        with connection.cursor() as cursor:
            cursor.execute(_LIMITS)
