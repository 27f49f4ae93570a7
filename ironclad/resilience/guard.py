"""The guarded way to a dependency: deadline, retry, breaker, and then the call itself.

    with the request's deadline in force
      retry                  at most three attempts, within the budget
        breaker              counts attempts, or refuses
          injected fault     where the real failure would be
            the call

A call says itself when it needs the dependency (`Attempt.enter`): what fails before, such as a
value that is not valid, tells nothing about the dependency and asks nothing of the breaker.
"""

from __future__ import annotations

import contextlib
import math
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from random import SystemRandom
from typing import TYPE_CHECKING, NoReturn, TypeVar, cast

from tenacity import RetryCallState, Retrying, retry_if_exception

from ironclad.clock import clock
from ironclad.errors import CircuitOpen, IroncladError
from ironclad.resilience import deadline
from ironclad.resilience.effects import Effects, effects
from ironclad.resilience.events import (
    BreakerChanged,
    CallEnded,
    Event,
    FaultInjected,
    Publish,
    RetryMade,
    RetryRefused,
    RetryScheduled,
)
from ironclad.resilience.faults import DependencyFault, DependencyFaults, NoFaults
from ironclad.resilience.patterns import Patterns, pattern_of
from ironclad.resilience.retry import RetryBudget, RetryPolicy

if TYPE_CHECKING:
    from random import Random

    from ironclad.resilience.breaker import Breaker, Permit

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rules:
    """What the errors of one dependency mean."""

    # It is in a bad way: lost, late, refused, out of connections. Not: a value it refused.
    failure: Callable[[BaseException], bool]
    # Another try may go better.
    worth_a_retry: Callable[[BaseException], bool]
    # What it looks like when the dependency is away: the error that is injected.
    unavailable: Callable[[], IroncladError]


class Guard:
    """One for each dependency and process. Safe to use from any thread."""

    def __init__(  # noqa: PLR0913 - the patterns that are put together here
        self,
        breaker: Breaker,
        *,
        retry: RetryPolicy,
        budget: RetryBudget,
        patterns: Patterns,
        rules: Rules,
        publish: Publish,
        limit: Callable[[], float],
        random: Random | None = None,
        sleep: Callable[[float], None] | None = None,
        release: Callable[[], None] = lambda: None,
        of_request: bool = True,
    ) -> None:
        self.name = breaker.name
        self.breaker = breaker
        self.retry = retry
        self.budget = budget
        self.patterns = patterns
        self.faults: DependencyFaults = NoFaults()
        self._rules = rules
        self._publish = publish
        self._limit = limit  # seconds for one attempt
        self._random = random or SystemRandom()
        self._sleep = sleep or self._until_due
        self._opened = threading.Condition()
        self._release = release  # gives back what an attempt held
        # Whether it guards what the request being served is for: then the fault plan may
        # injure its calls, and they are noted in the request's effects.
        self._of_request = of_request
        self._current: ContextVar[Attempt | None] = ContextVar(
            f"attempt-{self.name}", default=None
        )

    def refuses(self) -> float | None:
        """Seconds until a trial is due where a call would be refused now; None: it would not."""
        return self.breaker.refuses() if self.patterns.on("breaker") else None

    @property
    def healthy(self) -> bool:
        """Whether calls pass as usual: its breaker is closed, or not in force."""
        return self.breaker.closed or not self.patterns.on("breaker")

    def refuse(self, wait: float) -> NoReturn:
        """Refuse a call that is not worth making; `wait` is what `refuses` said."""
        self.breaker.refuse(wait)

    def hear(self, event: Event) -> None:
        """Told of every event: whoever waits for a retry need not wait to be refused."""
        if isinstance(event, BreakerChanged) and event.name == self.name:
            with self._opened:
                self._opened.notify_all()

    def _until_due(self, seconds: float) -> None:
        """Until a retry is due, or the breaker has opened and would refuse it then, too."""
        due = clock.monotonic() + seconds

        def in_vain() -> bool:
            trial_in = self.refuses()
            return trial_in is not None and trial_in > due - clock.monotonic()

        with self._opened:
            self._opened.wait_for(in_vain, seconds)

    def current(self) -> Attempt | None:
        """The attempt that the running code is part of."""
        return self._current.get()

    def run(self, call: Callable[[], T], *, idempotent: bool) -> T:
        """What `call` returns, after up to three attempts.

        One that is not `idempotent` is tried again only where it is certain that the attempt
        before has changed nothing. Raises what the last attempt raised, or CircuitOpen.
        """
        if self.current() is not None:
            return call()  # part of a guarded call already
        run = _Run(idempotent)
        retrying = Retrying(
            retry=retry_if_exception(lambda error: self._worth_it(error, run)),
            wait=lambda state: self.retry.backoff(state.attempt_number, self._random),
            stop=lambda state: not self._again(state),
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return cast("T", retrying(self._attempt, call, run))
        except IroncladError as error:
            noted = self._noted()
            if noted is not None:
                noted.refused = pattern_of(error)
            raise

    def _attempt(self, call: Callable[[], T], run: _Run) -> T:
        run.attempt = attempt = Attempt(self, run.attempts + 1)
        run.attempts += 1
        token = self._current.set(attempt)
        try:
            with self._limited():
                result = call()
        except BaseException as error:
            attempt.end(good=not self._rules.failure(error))
            if attempt.number > 1 and not attempt.entered:
                self._not_made(attempt.number - 1, error)
            raise
        else:
            attempt.end(good=True)
            return result
        finally:
            self._current.reset(token)
            self._release()  # nothing is held while a retry waits

    def _limited(self) -> contextlib.AbstractContextManager[None]:
        if self.patterns.on("deadline"):
            return deadline.within(self._limit())
        return contextlib.nullcontext()

    def _worth_it(self, error: BaseException, run: _Run) -> bool:
        certain = run.attempt is not None and not run.attempt.uncertain
        return self._rules.worth_a_retry(error) and (run.idempotent or certain)

    def _again(self, state: RetryCallState) -> bool:
        """Whether a failure that is worth a retry gets one; asked once for each."""
        failed, wait = state.attempt_number, state.upcoming_sleep
        if failed >= self.retry.attempts or not self.patterns.on("retry"):
            return False
        trial_due = self.refuses()
        if trial_due is not None and trial_due > wait:
            self._publish(RetryRefused(self.name, failed, "breaker"))
        elif deadline.left() <= wait:
            self._publish(RetryRefused(self.name, failed, "deadline"))
        elif not self.budget.take():
            self._publish(RetryRefused(self.name, failed, "budget"))
        else:
            error = state.outcome.exception() if state.outcome else None
            code = error.code if isinstance(error, IroncladError) else ""
            self._publish(RetryScheduled(self.name, failed, wait, code))
            return True
        return False

    def _made(self, number: int) -> None:
        """The breaker has let an attempt through: the first is a call, the others are retries."""
        noted = self._noted()
        if noted is not None:
            noted.calls += 1
            noted.retries += number > 1
        if number == 1:
            self.budget.call()
        else:
            self._publish(RetryMade(self.name, number))

    def _not_made(self, failed: int, error: BaseException) -> None:
        """A retry was scheduled, and then refused before the dependency was asked."""
        self.budget.give_back()
        refused = isinstance(error, CircuitOpen)
        self._publish(
            RetryRefused(self.name, failed, "breaker" if refused else "deadline")
        )

    # -- for Attempt ----------------------------------------------------------------------

    def _noted(self) -> Effects | None:
        """Where it is noted what happens here; None: nowhere, and nothing is injected."""
        return effects.get() if self._of_request else None

    def _permit(self) -> Permit | None:
        return self.breaker.permit() if self.patterns.on("breaker") else None

    def _inject(self, number: int) -> None:
        """Do to the attempt what the fault plan has in store: delay first, then error."""
        noted = self._noted()
        if noted is None:
            return  # nobody asked for this call from outside
        fault = self.faults.decide(noted.method, noted.path, number)
        if fault is None:
            return
        noted.concealed = fault.concealed
        if fault.delay > 0:
            noted.plan, noted.dependency_delays = (
                fault.version,
                noted.dependency_delays + 1,
            )
            self._publish(
                FaultInjected(self.name, "dependency_delay", fault.version, number)
            )
            self.faults.hold(fault, deadline.remaining(math.inf))
            deadline.remaining(math.inf)  # raises when the delay took it all
        if fault.error and self.faults.stands(fault):
            self._fail(noted, fault, number)

    def _fail(self, noted: Effects, fault: DependencyFault, number: int) -> None:
        noted.plan, noted.dependency_errors = fault.version, noted.dependency_errors + 1
        self._publish(
            FaultInjected(self.name, "dependency_error", fault.version, number)
        )
        raise self._rules.unavailable()

    def _ended(self, *, good: bool) -> None:
        self._publish(CallEnded(self.name, "succeeded" if good else "failed"))


@dataclass(slots=True)
class _Run:
    """One guarded call with all its attempts."""

    idempotent: bool
    attempts: int = 0
    attempt: Attempt | None = None  # the newest


class Attempt:
    """One try of a guarded call; used by the thread that runs it."""

    def __init__(self, guard: Guard, number: int) -> None:
        self._guard = guard
        self._permit: Permit | None = None
        self.entered = False
        self.number = number
        # Set once something was sent whose effect nobody can know when no answer comes.
        self.uncertain = False

    def enter(self) -> None:
        """Called before the dependency is first asked. Raises CircuitOpen, or what is injected."""
        if self.entered:
            return
        self._permit = self._guard._permit()  # noqa: SLF001 - two halves of one thing
        self.entered = True
        self._guard._made(self.number)  # noqa: SLF001
        self._guard._inject(self.number)  # noqa: SLF001

    def end(self, *, good: bool) -> None:
        """Tell the breaker how it went, if the dependency was asked at all."""
        if not self.entered:
            return
        if self._permit is not None and good:
            self._permit.succeeded()
        elif self._permit is not None:
            self._permit.failed()
        self._guard._ended(good=good)  # noqa: SLF001
