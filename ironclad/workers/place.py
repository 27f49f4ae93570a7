"""One of the processes that are wanted, and when it is started again after it has ended. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

_FIRST, _LONGEST = 0.5, 30.0  # seconds between an end and the next start
_STEADY = 60.0  # seconds of life after which the next end counts as the first


class Process(Protocol):
    """Of subprocess.Popen what is needed here."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...

    def send_signal(self, sig: int, /) -> None: ...


@dataclass(slots=True, eq=False)
class Running:
    slot: int
    process: Process
    began: float  # seconds on the supervisor's clock, as all of these
    kill_at: float | None = None  # it has been told to leave


@dataclass(slots=True, eq=False)
class Place:
    current: Running | None = None
    again_at: float | None = 0.0  # when it is to be started; None: it runs
    in_a_row: int = 0  # ends, none of them after a steady life
    _pause: float = _FIRST

    def filled(self, running: Running) -> None:
        self.current, self.again_at = running, None

    def steady(self, now: float) -> bool:
        """Whether it has come to serve, whatever was before."""
        return self.current is not None and now - self.current.began > _STEADY

    def emptied(self, now: float) -> float:
        """The process has ended by itself, or there was none to be started.

        Gives the pause until the next start.
        """
        if self.steady(now):
            self._pause, self.in_a_row = _FIRST, 0
        self.current = None
        self.in_a_row += 1
        pause, self._pause = self._pause, min(self._pause * 2, _LONGEST)
        self.again_at = now + pause
        return pause
