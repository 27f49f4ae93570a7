"""The breaker against a model of its specification, whatever happens in whatever order."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
)

from ironclad.errors import CircuitOpen
from ironclad.resilience.breaker import Breaker, BreakerPolicy, Permit
from ironclad.resilience.events import BreakerChanged, Event
from tests.clock import FakeClock

OPEN, TRIAL = 30.0, 60.0


@dataclass
class Call:
    permit: Permit
    epoch: int  # of the model, when it was let through


class BreakerMachine(RuleBasedStateMachine):
    """Says of each step what the words of the specification say, and compares."""

    calls = Bundle("calls")

    @initialize(failures=st.integers(1, 5), trials=st.integers(1, 3))
    def begin(self, failures: int, trials: int) -> None:
        self.clock = FakeClock()
        self.told: list[Event] = []
        self.policy = BreakerPolicy(
            failures=failures, trials=trials, open_seconds=OPEN, trial_seconds=TRIAL
        )
        self.breaker = Breaker(
            "database",
            self.policy,
            monotonic=self.clock.monotonic,
            publish=self.told.append,
        )
        self.state = "closed"
        self.row = 0  # failures in a row
        self.opened = 0.0
        self.epoch = 0  # changes of state
        self.trials: list[float] = []

    def become(self, state: str) -> None:
        self.state, self.trials, self.epoch = state, [], self.epoch + 1
        if state == "open":
            self.opened = self.clock.time
        else:
            self.row = 0

    @rule(target=calls)
    def ask(self) -> object:
        now = self.clock.time
        if self.state == "half_open" and any(now - t >= TRIAL for t in self.trials):
            self.become("open")
        if self.state == "open" and now >= self.opened + OPEN:
            self.become("half_open")
        full = len(self.trials) >= self.policy.trials
        refused = self.state == "open" or (self.state == "half_open" and full)
        if refused:
            with pytest.raises(CircuitOpen) as refusal:
                self.breaker.permit()
            assert 1 <= (refusal.value.retry_after or 0) <= OPEN
            return None
        permit = self.breaker.permit()
        if self.state == "half_open":
            self.trials.append(now)
        return Call(permit, self.epoch)

    @rule(call=consumes(calls), good=st.booleans())
    def end(self, call: Call | None, good: bool) -> None:
        if call is None:
            return
        if good:
            call.permit.succeeded()
        else:
            call.permit.failed()
        if call.epoch != self.epoch:
            return  # it belongs to an earlier time
        if self.state == "half_open":
            self.become("closed" if good else "open")
        elif self.state == "closed":
            self.row = 0 if good else self.row + 1
            if self.row >= self.policy.failures:
                self.become("open")

    @rule(seconds=st.sampled_from([0.001, 1.0, 29.999, 30.0, 60.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule()
    def trip(self) -> None:
        self.breaker.trip()
        if self.state == "open":
            self.opened = self.clock.time
        else:
            self.become("open")

    @rule()
    def reset(self) -> None:
        self.breaker.reset()
        if self.state != "closed":
            self.become("closed")
        self.row = 0

    @invariant()
    def it_stands_as_the_model_says(self) -> None:
        standing = self.breaker.standing()
        assert standing.state == self.state
        if self.state == "open":
            assert standing.next_trial == self.opened + OPEN
        else:
            assert standing.next_trial is None
        if self.state == "closed":
            assert standing.failures == self.row < self.policy.failures

    @invariant()
    def every_change_was_told_once_and_in_order(self) -> None:
        changes = [event for event in self.told if isinstance(event, BreakerChanged)]
        assert [event.number for event in changes] == list(range(1, self.epoch + 1))
        for earlier, later in pairwise(changes):
            assert earlier.after == later.before != later.after

    @invariant()
    def never_more_trials_than_allowed(self) -> None:
        assert len(self.trials) <= self.policy.trials


# Rules need `begin` first, which hypothesis sees to.
TestBreaker = BreakerMachine.TestCase
TestBreaker.settings = settings(
    max_examples=300, stateful_step_count=40, deadline=None, derandomize=True
)
