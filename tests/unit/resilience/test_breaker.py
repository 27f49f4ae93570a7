from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from ironclad.errors import CircuitOpen
from ironclad.resilience.breaker import Breaker, BreakerPolicy
from ironclad.resilience.events import BreakerChanged, CallRefused, Event
from tests.clock import FakeClock

Make = Callable[..., Breaker]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def told() -> list[Event]:
    return []


@pytest.fixture
def make(clock: FakeClock, told: list[Event]) -> Make:
    def breaker(**policy: object) -> Breaker:
        return Breaker(
            "database",
            BreakerPolicy(**policy),  # type: ignore[arg-type]
            monotonic=clock.monotonic,
            publish=told.append,
        )

    return breaker


def fail(breaker: Breaker, times: int = 1) -> None:
    for _ in range(times):
        breaker.permit().failed()


def state(breaker: Breaker) -> str:
    return breaker.standing().state


def changes(told: list[Event]) -> list[tuple[str, str, str]]:
    return [
        (event.before, event.after, event.reason)
        for event in told
        if isinstance(event, BreakerChanged)
    ]


def test_it_opens_at_the_fifth_failure_in_a_row(
    make: Make, told: list[Event], clock: FakeClock
) -> None:
    breaker = make()
    fail(breaker, 4)
    assert state(breaker) == "closed"
    fail(breaker)
    assert changes(told) == [("closed", "open", "failures")]
    standing = breaker.standing()
    assert (standing.failures, standing.threshold) == (5, 5)
    assert standing.next_trial == clock.monotonic() + 30


def test_a_success_ends_the_row(make: Make) -> None:
    breaker = make()
    for _ in range(3):
        fail(breaker, 4)
        breaker.permit().succeeded()
    assert state(breaker) == "closed"
    assert breaker.standing().failures == 0


def test_open_it_refuses_at_once_and_says_until_when(
    make: Make, told: list[Event], clock: FakeClock
) -> None:
    breaker = make()
    fail(breaker, 5)
    clock.advance(12.5)
    with pytest.raises(CircuitOpen) as refusal:
        breaker.permit()
    assert refusal.value.retry_after == 18
    assert told[-1] == CallRefused("database")
    assert breaker.refuses() == 17.5


@pytest.mark.parametrize(
    ("title", "begins"), [(None, "The database has"), ("prometheus", "prometheus has")]
)
def test_a_refusal_says_what_is_left_alone(title: str | None, begins: str) -> None:
    breaker = Breaker(
        "database",
        BreakerPolicy(),
        monotonic=FakeClock().monotonic,
        publish=lambda _event: None,
        title=title,
    )
    breaker.trip()
    with pytest.raises(CircuitOpen, match=f"^{begins} failed repeatedly"):
        breaker.permit()


def test_after_30_s_one_trial_passes_and_the_others_are_refused(
    make: Make, clock: FakeClock
) -> None:
    breaker = make()
    fail(breaker, 5)
    clock.advance(29.999)
    with pytest.raises(CircuitOpen):
        breaker.permit()
    clock.advance(0.001)
    assert breaker.refuses() is None
    breaker.permit()
    assert state(breaker) == "half_open"
    assert breaker.refuses() == 0
    with pytest.raises(CircuitOpen) as refusal:
        breaker.permit()
    assert refusal.value.retry_after == 1


def test_as_many_trials_pass_as_the_policy_says(make: Make, clock: FakeClock) -> None:
    breaker = make(trials=3)
    fail(breaker, 5)
    clock.advance(30)
    for _ in range(3):
        breaker.permit()
    with pytest.raises(CircuitOpen):
        breaker.permit()


def test_a_trial_that_succeeds_closes_it(
    make: Make, told: list[Event], clock: FakeClock
) -> None:
    breaker = make()
    fail(breaker, 5)
    clock.advance(30)
    breaker.permit().succeeded()
    assert changes(told)[1:] == [
        ("open", "half_open", "trial_due"),
        ("half_open", "closed", "trial_succeeded"),
    ]
    assert breaker.standing().failures == 0
    fail(breaker, 4)
    assert state(breaker) == "closed"


def test_a_trial_that_fails_opens_it_for_another_30_s(
    make: Make, told: list[Event], clock: FakeClock
) -> None:
    breaker = make()
    fail(breaker, 5)
    clock.advance(30)
    breaker.permit().failed()
    assert changes(told)[-1] == ("half_open", "open", "trial_failed")
    assert breaker.refuses() == 30


def test_a_trial_that_nobody_hears_of_does_not_wedge_it(
    make: Make, told: list[Event], clock: FakeClock
) -> None:
    breaker = make(trial_seconds=60)
    fail(breaker, 5)
    clock.advance(30)
    breaker.permit()
    clock.advance(60)
    with pytest.raises(CircuitOpen):
        breaker.permit()
    assert changes(told)[-1] == ("half_open", "open", "trial_lost")
    clock.advance(30)
    breaker.permit().succeeded()
    assert state(breaker) == "closed"


def test_a_call_from_before_the_outage_does_not_close_it(
    make: Make, clock: FakeClock
) -> None:
    breaker = make()
    early = breaker.permit()
    fail(breaker, 5)
    clock.advance(30)
    breaker.permit()
    early.succeeded()
    assert state(breaker) == "half_open"


def test_a_late_failure_does_not_open_it_again(make: Make, clock: FakeClock) -> None:
    breaker = make(trials=2)
    fail(breaker, 5)
    clock.advance(30)
    good, late = breaker.permit(), breaker.permit()
    good.succeeded()
    late.failed()
    assert state(breaker) == "closed"
    assert breaker.standing().failures == 0


def test_the_first_word_on_a_call_counts(make: Make) -> None:
    breaker = make()
    permit = breaker.permit()
    permit.failed()
    permit.succeeded()
    permit.failed()
    assert breaker.standing().failures == 1


def test_by_hand_it_opens_for_as_long_as_by_failures(
    make: Make, told: list[Event], clock: FakeClock
) -> None:
    breaker = make()
    breaker.trip()
    assert changes(told) == [("closed", "open", "tripped")]
    assert breaker.refuses() == 30
    clock.advance(20)
    breaker.trip()  # again: from now on
    assert breaker.refuses() == 30
    assert len(changes(told)) == 1


def test_by_hand_it_closes_and_forgets(make: Make, told: list[Event]) -> None:
    breaker = make()
    fail(breaker, 5)
    breaker.reset()
    assert changes(told)[-1] == ("open", "closed", "reset")
    fail(breaker, 4)
    breaker.reset()
    fail(breaker, 4)
    assert state(breaker) == "closed"


def test_at_a_ratio_it_judges_whole_windows_only(make: Make, told: list[Event]) -> None:
    breaker = make(ratio=0.5, window=10)
    fail(breaker, 9)
    assert state(breaker) == "closed"
    breaker.permit().succeeded()
    assert changes(told) == [("closed", "open", "failures")]
    assert breaker.standing().threshold == 5


def test_at_a_ratio_old_calls_leave_the_window(make: Make) -> None:
    breaker = make(ratio=0.3, window=10)
    for _ in range(3):
        fail(breaker, 2)
        for _ in range(8):
            breaker.permit().succeeded()
    assert state(breaker) == "closed"
    fail(breaker, 3)
    assert state(breaker) == "open"


def test_many_threads_get_one_trial(make: Make, clock: FakeClock) -> None:
    breaker = make()
    fail(breaker, 5)
    clock.advance(30)
    passed: list[object] = []
    start = threading.Barrier(16)

    def ask() -> None:
        start.wait(5)
        try:
            passed.append(breaker.permit())
        except CircuitOpen:
            return

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(5)
    assert len(passed) == 1


def test_no_lock_is_held_while_it_tells(make: Make, clock: FakeClock) -> None:
    seen: list[str] = []
    breaker = Breaker(
        "database",
        BreakerPolicy(failures=1),
        monotonic=clock.monotonic,
        publish=lambda _event: seen.append(breaker.standing().state),
    )
    fail(breaker)
    assert seen == ["open"]
