"""What the page of injections is given: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from sre_console.gamedays.outcome.amounts import DASH, count, percent
from sre_console.governance.injections.injection import Effect, Injection
from sre_console.pages.incident_models import Mark
from sre_console.pages.incident_words import lasted
from sre_console.pages.injection_words import consent_word, ended_word, kind_mark
from sre_console.pages.tables import Column, address

HEAD = (
    "kind", "number", "who", "what", "why", "from", "to", "planned end", "ended",
    "approved by", "approved at", "blast radius", "game day", "requests", "failed",
    "targeted", "errors injected", "delays injected", "database errors injected",
    "slo", "bad events", "budget spent", "budget spent without exercises", "alerts",
    "incidents", "measured to the minute", "audit subject",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SpentLine:
    slo: str
    spent: str  # all events
    charged: str  # without exercises


@dataclass(frozen=True, slots=True)
class InjectionRow:
    id: str  # its anchor
    kind: Mark
    number: int
    who: str
    what: str
    why: str
    began: datetime
    ended: datetime | None
    lasted: str
    how: str  # it ended
    consent: str
    consented: datetime | None
    radius: str
    run: int | None
    own: bool  # it is that run
    requests: str
    failed: str
    injected: str
    delayed: str
    spent: tuple[SpentLine, ...]
    alerts: tuple[str, ...]
    incidents: tuple[int, ...]
    nothing: bool  # it is known, and there is none of it
    coarse: bool
    secret: bool
    audit: str  # where its entries are


def columns() -> list[Column]:
    return [
        Column(_("When"), "began", down=True),
        Column(_("Lasted"), "lasted", right=True, down=True),
        Column(_("Who"), "who"),
        Column(_("What and why"), "kind"),
        Column(_("How it ended")),
        Column(_("Approved by")),
        Column(_("Reach"), right=True),
        Column(_("Requests"), "requests", right=True, down=True),
        Column(_("Injected"), "injected", right=True, down=True),
        Column(_("Budget spent, without exercises"), "spent", down=True),
        Column(_("Alerts, incidents")),
    ]


def injection_row(row: Injection, now: datetime) -> InjectionRow:
    effect = row.effect
    day = row.kind in {"game_day", "drill"}
    return InjectionRow(
        id=f"{row.kind}-{row.number}",
        kind=kind_mark(row.kind),
        number=row.number,
        who=row.who,
        what=row.what,
        why=row.why,
        began=row.began,
        ended=row.ended,
        lasted=lasted(((row.ended or now) - row.began).total_seconds()),
        how=ended_word(row),
        consent=consent_word(row),
        consented=row.approved_at,
        radius=percent(row.radius, 1),
        run=row.game_day,
        own=day,
        requests=count(None if effect is None else effect.requests),
        failed=count(None if effect is None else effect.failed),
        injected=count(None if effect is None else effect.errors + effect.dependency_errors),
        delayed=count(None if effect is None else effect.delays),
        spent=() if effect is None else tuple(_spent(effect)),
        alerts=() if effect is None else _counted(effect.alerts),
        incidents=() if effect is None else effect.incidents,
        nothing=effect is not None and not effect.alerts and not effect.incidents,
        coarse=effect is not None and effect.coarse,
        secret=row.concealed,
        audit=address("/console/audit", {"subject": row.subject}),
    )  # fmt: skip


def _spent(effect: Effect) -> list[SpentLine]:
    return [
        SpentLine(each.slo, percent(each.spent), percent(each.spent_charged))
        for each in effect.slos
    ]


def _counted(names: tuple[str, ...]) -> tuple[str, ...]:
    """Each once, with how often it fired."""
    counts: dict[str, int] = {}
    for name in names:
        counts[name] = counts.get(name, 0) + 1
    times = "\N{MULTIPLICATION SIGN}"
    return tuple(f"{name} {times}{n}" if n > 1 else name for name, n in counts.items())


def injection_cells(row: Injection) -> list[tuple[object, ...]]:
    """One line of CSV for each SLO, so that no cell holds two numbers; one without effect."""
    effect = row.effect
    first = (
        row.kind, row.number, row.who, row.what, row.why, row.began.isoformat(),
        row.ended and row.ended.isoformat(),
        row.planned_end and row.planned_end.isoformat(), ended_word(row),
        consent_word(row), row.approved_at and row.approved_at.isoformat(), row.radius,
        row.game_day,
    )  # fmt: skip
    if effect is None:
        return [(*first, *[None] * (len(HEAD) - len(first) - 1), row.subject)]
    measured = (
        effect.requests, effect.failed, effect.targeted, effect.errors, effect.delays,
        effect.dependency_errors,
    )  # fmt: skip
    last = (
        ", ".join(effect.alerts),
        ", ".join(map(str, effect.incidents)),
        effect.coarse,
        row.subject,
    )
    slos: list[tuple[object, ...]] = [
        (e.slo, e.bad, e.spent, e.spent_charged) for e in effect.slos
    ]
    return [
        (*first, *measured, *slo, *last) for slo in slos or [(DASH, None, None, None)]
    ]
