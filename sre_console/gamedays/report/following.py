"""Following a run to its verdict, as a CI job does: what happens line by line, then a status."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from django.db import Error, connection

from ironclad.clock import Clock
from ironclad.errors import Conflict, IroncladError
from sre_console.audit.actor import Actor
from sre_console.gamedays.report.lines import event_rows
from sre_console.gamedays.report.parts import read
from sre_console.gamedays.running.services import game_day_attend, game_day_find
from sre_console.gamedays.running.stopping import game_day_stop
from sre_console.models import GameDay

# Exit statuses; 2 is for what could not be started.
PASSED, FAILED, REFUSED, STOPPED, NOBODY = 0, 1, 2, 3, 4
POLL = 1.0  # seconds between two looks
TURNS_WITHIN = 15.0  # seconds: nobody runs it where its first turn takes longer
AWAY = 60.0  # seconds without a turn, or without a database, after that
ATTEND = 5.0  # seconds between two signs that somebody is there
WINDS_UP = 15.0  # seconds for its rollbacks, once it was stopped


class Following:
    """One run and whoever started it; `sleep` is also what a test lets time pass with."""

    def __init__(  # noqa: PLR0913
        self,
        number: int,
        *,
        actor: Actor,
        say: Callable[[str], None],
        sleep: Callable[[float], object],
        by: Clock,
        interrupted: Callable[[], bool] = lambda: False,
        timeout: float | None = None,
    ) -> None:
        self._number = number
        self._actor = actor
        self._say = say
        self._sleep = sleep
        self._by = by
        self._interrupted = interrupted
        self._began = by.monotonic()
        self._timeout = timeout
        self._told = 0  # lines of its record
        self._turned: datetime | None = None
        self._moved = self._began  # when a turn was last seen
        self._attended = self._began

    def follow(self) -> int:
        """Until it is over; the exit status. An interrupt stops the run."""
        while True:
            row = self._look()
            if row is not None:
                self._tell(row)
                if row.settled:
                    return status_of(row)
            if self._interrupted():
                self._stop("interrupted on the command line")
                return STOPPED
            if (why := self._gives_up(row)) is not None:
                self._stop(why)
                return NOBODY
            self._sleep(POLL)

    def _look(self) -> GameDay | None:
        """None while the database is away."""
        try:
            row = game_day_find(self._number)
            self._attend(row)
        except (IroncladError, Error) as error:
            if isinstance(error, IroncladError) and error.status < 500:  # noqa: PLR2004
                raise
            with suppress(Error):
                connection.close()
            return None
        return row

    def _attend(self, row: GameDay) -> None:
        now = self._by.monotonic()
        if row.state == "running" and now - self._attended >= ATTEND:
            game_day_attend(actor=self._actor, number=row.pk, by=self._by)
            self._attended = now

    def _gives_up(self, row: GameDay | None) -> str | None:
        now = self._by.monotonic()
        if self._timeout is not None and now - self._began > self._timeout:
            return f"it took longer than {self._timeout:g} s"
        if row is not None and (
            row.state == "waiting" or row.turned_at != self._turned
        ):
            self._turned, self._moved = row.turned_at, now
        patience = TURNS_WITHIN if row and row.turned_at is None else AWAY
        if now - self._moved > patience:
            return f"nobody has run it for {patience:g} s"
        return None

    def _tell(self, row: GameDay) -> None:
        rows, _left_out = event_rows(read(row))
        for each in rows[self._told :]:
            text = f"{each.title}: {each.text}" if each.text else each.title
            who = f" ({each.who})" if each.who else ""
            self._say(f"{each.after:>12}  {text}{who}")
        self._told = len(rows)

    def _stop(self, why: str) -> None:
        """And see its rollbacks through, where somebody runs them."""
        self._say(f"The game day is stopped: {why}.")
        with suppress(
            Conflict, Error
        ):  # it has ended meanwhile, or the database is gone
            game_day_stop(actor=self._actor, number=self._number, reason=why)
        until = self._by.monotonic() + WINDS_UP
        while self._by.monotonic() < until:
            row = self._look()
            if row is not None:
                self._tell(row)
                if row.settled:
                    return
            self._sleep(POLL)


def status_of(row: GameDay) -> int:
    """The exit status that says how a run ended."""
    return {"passed": PASSED, "failed": FAILED}.get(row.verdict or "", STOPPED)
