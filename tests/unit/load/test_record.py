"""Whom the knee is told, and what is said of what bends first."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ironclad.observability.usage import cores_there
from tests.load.shaped.knee import Step
from tests.load.shaped.outcome import Outcome
from tests.load.shaped.parts import ramp
from tests.load.shaped.parts.part import Part
from tests.load.shaped.running import record
from tests.load.shaped.target import Refused, Target
from tests.load.shaped.watching import Look, Watch

PATH = Path("dist/load/report.html")
WORDS = [
    "measured_knee", "--rps", "123", "--p99", "85", "--server", "daphne", "--processes",
    "2", "--cores", "4", "--mix", "crud", "--report", str(PATH),
]  # fmt: skip


@dataclass(frozen=True)
class Fake(Target):
    asked: list[list[str]] = field(default_factory=list)
    refuses: bool = False

    def manage(self, *arguments: str) -> str:
        self.asked.append(list(arguments))
        if self.refuses:
            raise Refused("no such command")
        return "✓ told\n"


def target(*, own: bool = False, refuses: bool = False) -> Fake:
    return Fake("http://127.0.0.1:1", "", "", {}, own=own, refuses=refuses)


def outcome(knee: float | None = 123.0) -> Outcome:
    part = Part("ramp", "Ramp", "", knee_rps=knee, p99_ms=84.6)
    at = datetime(2026, 1, 31, tzinfo=UTC)
    return Outcome(at, "ramp", "daphne", 2, 4, "own", [part], {})


def test_an_instance_that_runs_is_told_its_knee() -> None:
    running = target()
    assert record(running, outcome(), PATH) == "✓ told"
    assert running.asked == [WORDS]


def test_for_an_instance_of_its_own_the_command_is_told() -> None:
    own = target(own=True)
    assert record(own, outcome(), PATH).endswith("manage.py " + " ".join(WORDS))
    assert own.asked == []


def test_one_that_refuses_fails_nothing_and_is_told_of() -> None:
    said = record(target(refuses=True), outcome(), PATH)
    assert "no such command" in said
    assert " ".join(WORDS) in said


def test_without_a_knee_there_is_nothing_to_tell() -> None:
    running = target()
    assert record(running, outcome(None), PATH) == ""
    assert running.asked == []


@pytest.mark.parametrize(
    ("server", "machine", "said"),
    [
        (0.97, cores_there(), "its processor bends first"),
        (0.6, cores_there(), "the machine bends first"),
        (0.3, 0.5, "no processor was full"),
    ],
)
def test_what_was_full_at_the_knee_bends_first(
    server: float, machine: float, said: str
) -> None:
    watch = Watch(target())
    watch.looks = [
        Look(float(n), 100.0, n * server, 20.0, 5.0, n * machine) for n in range(20)
    ]
    step = Step(50, 5.0, 15.0, 0.05, 0.0, 1.0, held=True)
    (note,) = ramp.bends(step, watch, 0.0, processes=1)
    assert said in note


def test_what_was_not_seen_is_not_guessed() -> None:
    step = Step(50, 5.0, 15.0, 0.05, 0.0, 1.0, held=True)
    assert ramp.bends(step, Watch(target()), 0.0, processes=1) == []
