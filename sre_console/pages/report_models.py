"""What the report's page is given: plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sre_console.incidents.sla import Ledger, Noise, SlaReport, SloKept
from sre_console.pages.incident_models import Mark, alert_anchor
from sre_console.pages.incident_words import DASH, lasted


@dataclass(frozen=True, slots=True)
class SloRow:
    name: str
    first: bool  # of its two ledgers
    ledger: str
    kept: Mark | None
    target: str
    achieved: str
    bad: str
    total: str
    spent: str
    # Firings: exercises are in them, so they stand beside all events alone.
    pages: str
    tickets: str


@dataclass(frozen=True, slots=True)
class NoiseRow:
    anchor: str  # of its row on the Alerts page; empty: it has none
    name: str
    slo: str
    fired: int
    silenced: int
    lasted: str


@dataclass(frozen=True, slots=True)
class SloLine:
    """One SLO in one of its ledgers, in numbers."""

    kept: SloKept
    word: str  # of the ledger
    ledger: Ledger


def slo_lines(report: SlaReport) -> Iterable[SloLine]:
    for kept in report.slos:
        yield SloLine(kept, _("all events"), kept.every)
        yield SloLine(kept, _("without exercises"), kept.charged)


def slo_row(line: SloLine) -> SloRow:
    kept, ledger = line.kept, line.ledger
    return SloRow(
        name=kept.objective.name,
        first=ledger is kept.every,
        ledger=line.word,
        kept=_mark(ledger),
        target=_percent(kept.objective.target, 1),
        achieved=_percent(ledger.achieved, 4),
        bad=f"{ledger.bad:,}" if ledger.known else DASH,
        total=f"{ledger.total:,}" if ledger.known else DASH,
        spent=_percent(ledger.spent_ratio, 1),
        pages=f"{kept.pages:,}" if ledger is kept.every else DASH,
        tickets=f"{kept.tickets:,}" if ledger is kept.every else DASH,
    )


def _mark(ledger: Ledger) -> Mark | None:
    if ledger.kept is None:
        return None
    if ledger.kept:
        return Mark(_("kept"), "is-ok", "ok")
    return Mark(_("broken"), "is-exhausted", "exhausted")


def _percent(ratio: float | None, digits: int) -> str:
    return DASH if ratio is None else f"{ratio * 100:.{digits}f} %"


def noise_row(each: Noise) -> NoiseRow:
    return NoiseRow(
        anchor=alert_anchor(each.name, each.slo),
        name=each.name,
        slo=each.slo,
        fired=each.fired,
        silenced=each.silenced,
        lasted=lasted(each.seconds),
    )
