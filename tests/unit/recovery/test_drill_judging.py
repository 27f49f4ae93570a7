"""What a drill came to."""

from __future__ import annotations

from collections.abc import Collection

import pytest

from sre_console.recovery.drills.judging import (
    Judgement,
    judged,
    targets_document,
    targets_read,
)
from sre_console.recovery.drills.scenarios import BAD_MIGRATION
from sre_console.recovery.targets import PROMISED

ALL = [step.key for step in BAD_MIGRATION.steps if step.required]
HOUR, MINUTE = 3600.0, 60.0


def judge(
    time: float | None = 10.0,
    loss: float | None = 1.0,
    done: Collection[str] = ALL,
) -> Judgement:
    return judged(BAD_MIGRATION, done=done, recovery_seconds=time, lost_seconds=loss)


def against(judgement: Judgement) -> list[str]:
    return [each.kind for each in judgement.objections]


def test_it_is_passed_with_every_required_step_and_both_figures() -> None:
    assert judge().passed
    assert judge().aimed


def test_what_is_not_required_may_be_left_out() -> None:
    assert "since" not in ALL
    assert judge().passed


def test_a_step_that_is_not_done_fails_it_by_its_name() -> None:
    found = judge(done=[key for key in ALL if key != "check"])
    assert [(each.kind, each.step) for each in found.objections] == [
        ("step", "Check the figure")
    ]
    assert not found.passed


@pytest.mark.parametrize(
    ("time", "loss", "kinds"),
    [
        (None, 0.0, ["time-unknown"]),
        (0.0, None, ["loss-unknown"]),
        (4 * HOUR, HOUR, []),
        (4 * HOUR + 1, 0.0, ["time"]),
        (0.0, HOUR + 1, ["loss"]),
        (5 * HOUR, 2 * HOUR, ["time", "loss"]),
    ],
)
def test_what_was_not_measured_or_is_over_the_promise_fails_it(
    time: float | None, loss: float | None, kinds: list[str]
) -> None:
    assert against(judge(time, loss)) == kinds


@pytest.mark.parametrize(
    ("time", "loss", "aimed"),
    [
        (15 * MINUTE, MINUTE, True),
        (15 * MINUTE + 1, 0.0, False),
        (0.0, MINUTE + 1, False),
        (None, 0.0, None),
    ],
)
def test_our_own_aim_is_told_beside_it(
    time: float | None, loss: float | None, aimed: bool | None
) -> None:
    assert judge(time, loss).aimed is aimed


def test_targets_are_kept_and_read_as_they_were() -> None:
    assert targets_read(targets_document(PROMISED)) == PROMISED
