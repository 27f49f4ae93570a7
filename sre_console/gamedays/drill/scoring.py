"""How well a fault was found: by what was said, how soon, and what it cost meanwhile. Pure.

Each figure is a share of 1. Being right is worth most: a fault that ends without anybody knowing
what it was comes again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sre_console.gamedays.drill.pick import Diagnosis

WHAT, WHICH, AMOUNT = 0.3, 0.15, 0.15  # of the diagnosis
SOON, CHEAP = 0.2, 0.2
WRONG = 0.1  # for each diagnosis before the right one
BUDGET = 0.25  # share of the error budget at which cheap is worth nothing


@dataclass(frozen=True, slots=True)
class Judgement:
    """What of a diagnosis was right."""

    what: bool
    amount: bool
    which: bool

    @property
    def right(self) -> bool:
        """Good enough to roll back by: how much of it there is need not be known."""
        return self.what and self.which

    @property
    def worth(self) -> float:
        return WHAT * self.what + WHICH * self.which + AMOUNT * self.amount


@dataclass(frozen=True, slots=True)
class Points:
    diagnosis: float
    soon: float
    cheap: float
    wrong: float  # taken away

    @property
    def total(self) -> float:
        return max(0.0, self.diagnosis + self.soon + self.cheap - self.wrong)


def judged(said: Diagnosis, truth: Diagnosis) -> Judgement:
    return Judgement(
        what=said.what == truth.what,
        # sizes of another kind of fault say nothing
        amount=said.what == truth.what and said.amount == truth.amount,
        which=_reach(said) == _reach(truth),
    )


def _reach(diagnosis: Diagnosis) -> str:
    """Errors fall on a share of the requests anyhow: to say so of all or of some is the same."""
    share = diagnosis.which == "some" and diagnosis.what.endswith("errors")
    return "all" if share else diagnosis.which


def points(
    judgements: Sequence[Judgement], *, seconds: float, limit: float, spent: float
) -> Points:
    """What all diagnoses of a drill came to; the last one counts, each before it costs.

    `seconds` until it was over, of `limit`; `spent` is the share of the error budget of the SLO
    that was hit worst. Nobody is quick or cheap who has not found it.
    """
    last = judgements[-1] if judgements else Judgement(False, False, False)  # noqa: FBT003
    wrong = sum(not each.right for each in judgements)
    if not last.right:
        return Points(last.worth, 0.0, 0.0, WRONG * max(0, wrong - 1))
    soon = SOON * max(0.0, 1 - seconds / limit) if limit > 0 else 0.0
    cheap = CHEAP * min(1.0, max(0.0, 1 - spent / BUDGET))
    return Points(last.worth, soon, cheap, WRONG * wrong)
