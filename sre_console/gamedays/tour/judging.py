"""A prediction beside what was measured. Pure."""

from __future__ import annotations

from typing import Literal

from sre_console.gamedays.tour.expected import Answer

Verdict = Literal["right", "near", "off", "open"]

RIGHT = 0.15  # relative difference: a person's estimate, and requests are whole
NEAR = 0.5


def judged(predicted: float | str, answer: Answer) -> Verdict:
    """`open`: there is no answer to judge by."""
    if answer is None:
        return "open"
    if isinstance(answer, str) or isinstance(predicted, str):
        return "right" if predicted == answer else "off"
    off = abs(predicted - answer)
    if off <= RIGHT * abs(answer):
        return "right"
    return "near" if off <= NEAR * abs(answer) else "off"
