"""What a report explains: the guardrails, the particulars of a run, the words that it uses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sre_console.gamedays.outcome.amounts import count, percent, took
from sre_console.gamedays.report.parts import in_order
from sre_console.models import GameDay

Stored = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Term:
    name: str
    value: str


def guardrails(row: GameDay) -> Iterator[Term]:
    """Those that were in force, with their numbers."""
    limits: Stored = row.guardrails
    if (share := limits.get("share")) is not None:
        most: Stored = limits.get("allowed", {})
        allowed = ", ".join(f"{slo} {count(most[slo])}" for slo in in_order(most))
        said = _("at most {share} of each budget: {allowed} failed requests")
        yield Term(
            _("Chaos budget"), said.format(share=percent(share), allowed=allowed)
        )
    if (share := limits.get("day_share")) is not None:
        said = _("all game days of one day together at most {share} of each budget")
        yield Term(_("Budget of a day"), said.format(share=percent(share)))
    if (floor := limits.get("floor")) is not None:
        said = _(
            "it may not start where an SLO has less than {share} of its budget left"
        )
        yield Term(_("Floor"), said.format(share=percent(floor)))
    if (absence := limits.get("absence")) is not None and not row.unattended:
        said = _("it stops when the console that runs it is closed for {time}")
        yield Term(_("Absence"), said.format(time=took(absence)))
    yield Term(
        _("Unexpected alerts"),
        _("any alert that the scenario does not expect stops it"),
    )


def particulars(row: GameDay) -> Iterator[Term]:
    """What one needs to run the same again."""
    yield Term(_("Scenario"), row.scenario)
    yield Term(_("Seed"), str(row.seed))
    yield Term(_("Speed"), f"{row.speed:g}")
    clock = _("one second stands for {n}").format(n=took(row.scale))
    yield Term(_("Clock"), clock if row.scale != 1 else _("real time"))
    yield Term(_("Version of the scenario"), row.digest[:12])
    if row.reason:
        yield Term(_("Reason"), row.reason)


def glossary() -> Iterator[Term]:
    yield Term(
        _("SLO"),
        _("A promise: so many requests of a hundred are good over a month."),
    )
    yield Term(
        _("Error budget, allowance"),
        _("The failed requests that the promise leaves room for in its month."),
    )
    yield Term(
        _("Without exercises"),
        _(
            "The same count without what was injected on purpose: what a real month is charged."
        ),
    )
    yield Term(
        _("Burn rate"),
        _("How fast the budget is spent; at 1x it lasts exactly the month."),
    )
    yield Term(_("Page"), _("An alert that wakes somebody up, whatever the hour."))
    yield Term(
        _("Guardrail"),
        _(
            "A limit that stops the exercise by itself before it costs more than allowed."
        ),
    )
