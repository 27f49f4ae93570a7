"""What the patterns and the dependency's faults did to a request is told with it."""

from __future__ import annotations

import pytest

from ironclad.edge.events import FaultDecision
from ironclad.edge.protocol import Receive, Scope, Send
from ironclad.errors import BulkheadFull, CircuitOpen, DeadlineExceeded, IroncladError
from ironclad.resilience.effects import effects
from ironclad.resilience.patterns import Pattern

from .driver import Edge, hello


class Behind:
    """Django and the guard behind it: notes what it is told to, or raises."""

    def __init__(self, error: IroncladError | None = None, **noted: object) -> None:
        self.error = error
        self.noted = noted

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        here = effects.get()
        assert here is not None
        assert (here.method, here.path) == ("GET", scope["path"])
        for name, value in self.noted.items():
            setattr(here, name, value)
        if self.error is not None:
            raise self.error
        await hello(scope, receive, send)


async def test_an_injected_dependency_error_is_an_exercise_and_marked() -> None:
    edge = Edge(Behind(dependency_errors=1, plan=3), decision=FaultDecision(3))
    answer = await edge.get("/api/users")
    assert answer.headers["x-ironclad-fault"] == "dependency"
    finished = edge.finished[0]
    assert finished.exercise
    assert finished.effects is not None
    assert finished.effects.dependency_errors == 1


async def test_both_kinds_of_delay_are_told() -> None:
    decision = FaultDecision(3, delay=0.4)
    edge = Edge(Behind(dependency_delays=1), decision=decision)
    answer = await edge.get("/api/users")
    assert answer.headers["x-ironclad-fault"] == "delay, dependency"


@pytest.mark.parametrize(
    ("error", "pattern"),
    [
        (CircuitOpen(), "breaker"),
        (BulkheadFull(), "bulkhead"),
        (DeadlineExceeded(), "deadline"),
    ],
)
async def test_a_refusal_is_an_exercise_while_the_dependency_is_failed_on_purpose(
    error: IroncladError, pattern: Pattern
) -> None:
    edge = Edge(Behind(error))
    await edge.get("/api/users")
    edge.faults.dependency = True
    await edge.get("/api/users")
    real, exercise = edge.finished
    assert real.effects is not None
    assert real.effects.refused == pattern
    assert (real.exercise, exercise.exercise) == (False, True)


async def test_a_refusal_that_django_answered_is_judged_too() -> None:
    edge = Edge(Behind(refused="breaker"))
    edge.faults.dependency = True
    await edge.get("/api/users")
    assert edge.finished[0].exercise


async def test_a_good_answer_during_the_fault_is_no_exercise() -> None:
    edge = Edge(Behind())
    edge.faults.dependency = True
    await edge.get("/api/users")
    assert not edge.finished[0].exercise


async def test_other_routes_have_no_effects() -> None:
    edge = Edge()
    await edge.get("/api/slo")
    assert edge.finished[0].effects is None
