"""Writing down what an injection did, while it can still be measured to the second.

Soon after its end, and once more when no late sample can arrive any more. Not while a drill's fault
is to be found: what injected failures cost is not told apart then.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from sre_console.chaos.concealment import secret_in_force
from sre_console.governance.injections.injection import Effect, Injection
from sre_console.governance.injections.listing import Line
from sre_console.governance.injections.measuring import measured
from sre_console.governance.injections.selectors import injections_of, spans_of
from sre_console.models import FaultPeriod, GameDay, InjectionEffect, PatternPeriod

SOON = timedelta(seconds=5)  # after the end: the last second has been folded
LATE = timedelta(seconds=660)  # replicas keep samples for ten minutes
MOST = 20  # in one go: bounds a beat


def effects_keep(now: datetime) -> int:
    """Measure what is over and not kept for good yet; how many. Safe to repeat."""
    if secret_in_force(now):
        return 0
    lines = _owed(now)
    if not lines:
        return 0
    rows = [row for row in injections_of(lines, now=now) if row.ended is not None]
    found = measured(spans_of(rows, now), now=now)
    kept = []
    for row in rows:
        key = ("game_day" if row.kind == "drill" else row.kind, row.number)
        kept.append(_row(row, key, found[key], now))
    InjectionEffect.objects.bulk_create(
        kept,
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=[
            "measured_at", "final", "effect", "requests", "injected", "spent", "felt",
        ],
    )  # fmt: skip
    return len(kept)


def _row(
    row: Injection, key: tuple[str, int], effect: Effect, now: datetime
) -> InjectionEffect:
    return InjectionEffect(
        kind=key[0],
        key=key[1],
        measured_at=now,
        final=row.ended is not None and row.ended < now - LATE,
        effect=effect.json(),
        requests=effect.requests or 0,
        injected=effect.injected,
        spent=effect.spent,
        felt=effect.felt,
    )


def _owed(now: datetime) -> list[Line]:
    """The newest first: those of before this was kept follow as there is time."""
    lines: list[Line] = []
    tables: tuple[tuple[str, QuerySet[FaultPeriod] | QuerySet[PatternPeriod] | QuerySet[GameDay], str], ...] = (
        ("fault", FaultPeriod.objects.all(), "version"),
        ("patterns", PatternPeriod.objects.all(), "version"),
        ("game_day", GameDay.objects.exclude(started_at=None), "pk"),
    )  # fmt: skip
    for kind, table, key in tables:
        mine = InjectionEffect.objects.filter(kind=kind, key=OuterRef(key))
        early, final = mine.filter(final=False), mine.filter(final=True)
        over = table.filter(ended_at__lt=now - SOON)
        due = over.filter(~Exists(mine) | (Q(ended_at__lt=now - LATE) & Exists(early)))
        newest = due.exclude(Exists(final)).order_by(F("ended_at").desc())
        lines += [
            Line(kind, number)
            for number in newest.values_list(key, flat=True)[: MOST - len(lines)]
        ]
    return lines
