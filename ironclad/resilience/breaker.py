"""A circuit breaker: stops asking a dependency that keeps failing, and tries it now and then.

The states and their names are those of resilience4j and pybreaker. Closed, calls pass and failures
are counted. Open, every call is refused at once for `open_seconds`. Then half-open: a few trial
calls pass and the others are refused; one success closes it, one failure opens it again.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from ironclad.errors import CircuitOpen
from ironclad.resilience.events import (
    BreakerChanged,
    CallRefused,
    Event,
    Publish,
    Reason,
    State,
)
from ironclad.resilience.tally import Tally, Window


@dataclass(frozen=True, slots=True)
class BreakerPolicy:
    """When it opens, and what happens then; times in seconds."""

    failures: int = 5  # in a row
    ratio: float = 0.0  # above 0: opens at this share of the window's calls instead
    window: int = 20  # calls that the share is taken over
    open_seconds: float = 30.0
    trials: int = 1  # calls under way at a time while half-open
    # A trial that nobody has heard of for so long is taken for failed. Longer than any deadline.
    trial_seconds: float = 60.0


@dataclass(frozen=True, slots=True)
class BreakerStanding:
    """A breaker at one moment; moments in monotonic seconds."""

    name: str
    state: State
    failures: int  # in a row, or in the window
    threshold: int  # failures that open it
    since: float
    reason: Reason | None  # of its last change; None: there was none
    next_trial: float | None  # while open; None otherwise
    left_closed: float | None  # when it opened first, half-open in between or not


class Permit:
    """One call that was let through. The first word on how it ended counts."""

    __slots__ = ("_era", "_settle", "_settled")

    def __init__(self, era: int, settle: Callable[[int, bool], None]) -> None:
        self._era = era
        self._settle = settle
        self._settled = False

    def succeeded(self) -> None:
        self._end(good=True)

    def failed(self) -> None:
        self._end(good=False)

    def _end(self, *, good: bool) -> None:
        if not self._settled:
            self._settled = True
            self._settle(self._era, good)


class Breaker:
    """Safe to use from any thread or task. Its lock is held for bookkeeping, never over a call."""

    def __init__(
        self,
        name: str,
        policy: BreakerPolicy,
        *,
        monotonic: Callable[[], float],
        publish: Publish,
        title: str | None = None,
    ) -> None:
        self.name = name
        self._title = title or f"The {name}"
        self.policy = policy
        self._monotonic = monotonic
        self._publish = publish
        self._lock = threading.Lock()
        self._state: State = "closed"
        self._since = monotonic()
        self._reason: Reason | None = None
        self._left_closed: float | None = None
        self._tally = self._new_tally()
        self._trial_due = 0.0  # while open
        self._trials: list[float] = []  # when those under way began
        # Grows with each change of state. What comes back from an earlier era says nothing
        # about this one: a call from before the outage must not close a half-open breaker.
        self._era = 0

    def permit(self) -> Permit:
        """Let one call through. Raises CircuitOpen, with the seconds until a trial is due."""
        told: list[Event] = []
        with self._lock:
            now = self._monotonic()
            self._look_at_trials(now, told)
            if self._state == "open" and now >= self._trial_due:
                self._change("half_open", "trial_due", now, told)
            refused = self._refuses(now)
            if self._state == "half_open" and not refused:
                self._trials.append(now)
            era, wait = self._era, self._trial_due - now
        self._tell(told)
        if refused:
            self.refuse(wait)
        return Permit(era, self._settle)

    def refuse(self, wait: float) -> NoReturn:
        """Turn a call away: counted, and CircuitOpen. `wait`: seconds until a trial is due."""
        self._publish(CallRefused(self.name))
        message = f"{self._title} has failed repeatedly; it is left alone for now."
        raise CircuitOpen(message, retry_after=max(1, math.ceil(wait)))

    def refuses(self) -> float | None:
        """Seconds until a trial is due where a call would be refused now; None: it would pass.

        Only a look: the answer may be old before it is used, and `permit` alone decides.
        """
        with self._lock:
            now = self._monotonic()
            if not self._refuses(now):
                return None
            return max(0.0, self._trial_due - now)

    @property
    def closed(self) -> bool:
        return self._state == "closed"

    def trip(self) -> None:
        """Open it by hand, for as long as failures would."""
        with self._lock:
            told = self._open("tripped", self._monotonic())
        self._tell(told)

    def reset(self) -> None:
        """Close it by hand and forget the failures."""
        with self._lock:
            told: list[Event] = []
            if self._state != "closed":
                self._change("closed", "reset", self._monotonic(), told)
            self._tally = self._new_tally()
        self._tell(told)

    def standing(self) -> BreakerStanding:
        with self._lock:
            return BreakerStanding(
                name=self.name,
                state=self._state,
                failures=self._tally.failures,
                threshold=self._tally.threshold,
                since=self._since,
                reason=self._reason,
                next_trial=self._trial_due if self._state == "open" else None,
                left_closed=self._left_closed,
            )

    # -- under the lock -------------------------------------------------------------------

    def _refuses(self, now: float) -> bool:
        if self._state == "open":
            return now < self._trial_due
        if self._state == "half_open":
            lost = now - self.policy.trial_seconds
            under_way = sum(began > lost for began in self._trials)
            return under_way >= self.policy.trials
        return False

    def _look_at_trials(self, now: float, told: list[Event]) -> None:
        if self._state == "half_open" and any(
            now - began >= self.policy.trial_seconds for began in self._trials
        ):
            told += self._open("trial_lost", now)

    def _open(self, reason: Reason, now: float) -> list[Event]:
        told: list[Event] = []
        self._trial_due = now + self.policy.open_seconds
        if self._state != "open":
            self._change("open", reason, now, told)
        return told

    def _change(
        self, after: State, reason: Reason, now: float, told: list[Event]
    ) -> None:
        before, self._state, self._since = self._state, after, now
        self._era += 1
        self._reason = reason
        self._trials = []
        if before == "closed":
            self._left_closed = now
        if after == "closed":
            self._left_closed = None
            self._tally = self._new_tally()
        told.append(BreakerChanged(self.name, before, after, reason, self._era, now))

    def _new_tally(self) -> Tally:
        policy = self.policy
        if policy.ratio > 0:
            return Window(policy.window, policy.ratio)
        return Tally(policy.failures)

    # -- how calls ended --------------------------------------------------------------------

    def _settle(self, era: int, good: bool) -> None:  # noqa: FBT001 - see Permit
        told: list[Event] = []
        with self._lock:
            if era == self._era:
                now = self._monotonic()
                if self._state == "half_open":
                    if good:
                        self._change("closed", "trial_succeeded", now, told)
                    else:
                        told += self._open("trial_failed", now)
                elif self._tally.add(good=good):
                    told += self._open("failures", now)
        self._tell(told)

    def _tell(self, told: list[Event]) -> None:
        for event in told:
            self._publish(event)
