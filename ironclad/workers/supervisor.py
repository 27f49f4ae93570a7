"""Keeps a number of server processes alive, replaces them in turn, and lets them leave as one.

It serves nothing itself and knows nothing of Django: whoever starts it says how a process is
started, and how it is asked whether it is ready.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import suppress

import structlog

from ironclad.clock import Clock
from ironclad.workers.place import Place, Process, Running

REPLACED = signal.SIGUSR1  # to a process: another has taken your place
_HOPELESS = 5  # ends in a row of each process: then somebody else has to see to it
_READY = 60.0  # seconds that a new process may take until it is ready

logger = structlog.get_logger(__name__)


class HopelessError(Exception):
    """No process stays alive; its message says how the last one ended."""


class Supervisor:
    """`missing` says why the process of a slot is not ready; "" when it is; None: no answer."""

    def __init__(  # noqa: PLR0913 - what stands around it
        self,
        count: int,
        *,
        spawn: Callable[[int], Process],
        missing: Callable[[int], str | None],
        gone: Callable[[int], None],
        clock: Clock,
        deadline: float,
    ) -> None:
        self.places = [Place() for _ in range(count)]
        self.stopping = False
        self._spawn = spawn
        self._missing = missing
        self._gone = gone  # called with the slot of each process that has ended
        self._clock = clock
        self._deadline = deadline  # seconds for leaving in order, then it is killed
        self._leaving: list[Running] = []
        self._to_replace: list[Place] = []
        self._newcomer: Running | None = None
        self._proven = False  # one process has answered: the settings are good

    @property
    def running(self) -> list[Running]:
        """Every process that lives, those that leave included."""
        return [*self._serving(), *self._leaving]

    def _serving(self) -> Iterator[Running]:
        for place in self.places:
            if place.current is not None:
                yield place.current
        if self._newcomer is not None:
            yield self._newcomer

    def tend(self) -> bool:
        """Called often; False once it was told to stop and all have left.

        Raises HopelessError.
        """
        self._see_off()
        if self.stopping:
            return bool(self._leaving)
        for place in self.places:
            self._tend_place(place)
        self._replace()
        return True

    def stop(self) -> None:
        """Lets all leave; called again, at once."""
        again, self.stopping = self.stopping, True
        self._to_replace = []
        # Who has been replaced leaves already: to be told twice is to leave at once.
        for running in self._leaving if again else ():
            _send(running.process, signal.SIGTERM)
        for running in self._serving():
            self._send_off(running, signal.SIGTERM)
        self._newcomer = None
        for place in self.places:
            place.current = None
        logger.info("processes_leave", count=len(self._leaving), at_once=again)

    def reload(self) -> None:
        """Replaces each process; the old one leaves when the new one is ready."""
        if not self.stopping:
            # One that has begun already has read what was there before.
            waiting = self._to_replace[1 if self._newcomer else 0 :]
            self._to_replace += [each for each in self.places if each not in waiting]
            logger.info("reload_began", processes=len(self._to_replace))

    def _see_off(self) -> None:
        for running in list(self._leaving):
            if running.process.poll() is not None:
                self._leaving.remove(running)
                self._gone(running.slot)
            elif (
                running.kill_at is not None
                and self._clock.monotonic() > running.kill_at
            ):
                logger.warning("process_killed", process=running.slot)
                running.kill_at = None
                _send(running.process, signal.SIGKILL)

    def _send_off(self, running: Running, number: signal.Signals) -> None:
        _send(running.process, number)
        running.kill_at = self._clock.monotonic() + self._deadline
        self._leaving.append(running)

    def _tend_place(self, place: Place) -> None:
        now = self._clock.monotonic()
        if place.current is None:
            # One alone shows whether the settings are good: nothing is said many times.
            may = self._proven or place is self.places[0]
            if may and place.again_at is not None and now >= place.again_at:
                self._fill(place)
            return
        code = place.current.process.poll()
        if code is None:
            self._proven = self._proven or self._answers(place.current)
            return
        slot = place.current.slot
        self._gone(slot)
        pause = self._emptied(place, f"process {slot} ended with exit code {code}")
        logger.error("process_ended", process=slot, code=code, next_start=pause)

    def _fill(self, place: Place) -> None:
        try:
            place.filled(self._start())
        except OSError as error:  # no memory, no more processes: others serve on
            pause = self._emptied(place, f"no process can be started: {error}")
            logger.error("process_not_started", reason=str(error), next_start=pause)  # noqa: TRY400 - its reason is all there is to know

    def _emptied(self, place: Place, why: str) -> float:
        """Gives the pause until the next start. Raises HopelessError."""
        now = self._clock.monotonic()
        pause = place.emptied(now)
        ends_again = (
            each.in_a_row >= _HOPELESS and not each.steady(now) for each in self.places
        )
        if not self._proven or all(ends_again):
            raise HopelessError(why)
        return pause

    def _answers(self, running: Running) -> bool:
        return self._missing(running.slot) is not None

    def _start(self) -> Running:
        taken = {running.slot for running in self.running}
        slot = next(n for n in range(1, len(self.places) + 2) if n not in taken)
        running = Running(slot, self._spawn(slot), self._clock.monotonic())
        logger.info("process_started", process=slot, pid=running.process.pid)
        return running

    def _replace(self) -> None:
        """One at a time, so that one process more than usual is the most there ever are."""
        if not self._to_replace or not self._proven:
            return
        if self._newcomer is None:
            if not self._leaving:
                self._begin_to_replace()
            return
        newcomer, place = self._newcomer, self._to_replace[0]
        missing = self._missing(newcomer.slot)
        if missing == "":
            self._newcomer = None
            if place.current is not None:
                self._send_off(place.current, REPLACED)
            place.filled(newcomer)
            del self._to_replace[0]
            logger.info("process_replaced", process=newcomer.slot)
            if not self._to_replace:
                logger.info("reload_done")
            return
        ended = newcomer.process.poll() is not None
        if ended or self._clock.monotonic() - newcomer.began > _READY:
            why = "it ended" if ended else missing or "it does not answer"
            logger.error("reload_given_up", process=newcomer.slot, reason=why)
            self._to_replace, self._newcomer = [], None
            self._send_off(newcomer, signal.SIGTERM)

    def _begin_to_replace(self) -> None:
        try:
            self._newcomer = self._start()
        except OSError as error:
            logger.error("reload_given_up", reason=str(error))  # noqa: TRY400 - as above
            self._to_replace = []


def _send(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        process.send_signal(number)
