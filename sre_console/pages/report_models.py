"""What the report's page is given: plain values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sre_console.incidents.sla import Ledger, Noise, SlaReport, SloKept
from sre_console.pages.incident_models import Mark
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
    pages: int
    tickets: int


@dataclass(frozen=True, slots=True)
class NoiseRow:
    name: str
    slo: str
    fired: int
    silenced: int
    lasted: str


def slo_rows(report: SlaReport) -> list[SloRow]:
    return [row for kept in report.slos for row in _rows(kept)]


def _rows(kept: SloKept) -> Iterable[SloRow]:
    ledgers = ((_("all events"), kept.every), (_("without exercises"), kept.charged))
    for number, (word, ledger) in enumerate(ledgers):
        yield SloRow(
            name=kept.objective.name,
            first=not number,
            ledger=word,
            kept=_mark(ledger),
            target=_percent(kept.objective.target, 1),
            achieved=_percent(ledger.achieved, 4),
            bad=f"{ledger.bad:,}",
            total=f"{ledger.total:,}",
            spent=_percent(ledger.spent_ratio, 1),
            pages=kept.pages,
            tickets=kept.tickets,
        )


def _mark(ledger: Ledger) -> Mark | None:
    if ledger.kept is None:
        return None
    if ledger.kept:
        return Mark(_("kept"), "is-ok", "ok")
    return Mark(_("broken"), "is-exhausted", "exhausted")


def _percent(ratio: float | None, digits: int) -> str:
    return DASH if ratio is None else f"{ratio * 100:.{digits}f} %"


def noise_rows(noisy: Iterable[Noise]) -> list[NoiseRow]:
    return [
        NoiseRow(each.name, each.slo, each.fired, each.silenced, lasted(each.seconds))
        for each in noisy
    ]
