"""Injections with everything that is known of them; a fixed number of queries a page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Q

from ironclad.envelope import timestamp
from sre_console.chaos.blast import touched
from sre_console.chaos.concealment import secrets
from sre_console.chaos.rows import database_now, spec_of
from sre_console.gamedays.course.blast import blast_radius
from sre_console.gamedays.outcome.recorded import began_of, scenario_of
from sre_console.gamedays.telling.concealing import hidden
from sre_console.governance.injections.injection import (
    Consent,
    Effect,
    Injection,
    effect_read,
)
from sre_console.governance.injections.listing import Line
from sre_console.governance.injections.measuring import Span, measured
from sre_console.governance.injections.wording import fault_told, patterns_told
from sre_console.models import (
    AuditEntry,
    FaultPeriod,
    GameDay,
    GameDayEvent,
    InjectionEffect,
    PatternPeriod,
)

Key = tuple[str, int]
_OF_A_RUN = re.compile(r"game day ([1-9][0-9]{0,17}): ", re.ASCII)
# Who a change was made by that nobody made.
_NOBODY = {"expired", "lapsed"}
_ENDED = {"fault": "fault_plan.", "patterns": "patterns."}


def injections_of(
    lines: Sequence[Line], *, now: datetime | None = None
) -> list[Injection]:
    """In the order of the lines; of what has gone meanwhile nothing."""
    now = now or database_now()
    keys: dict[str, list[int]] = {}
    for line in lines:
        keys.setdefault(line.kind, []).append(line.key)
    faults = FaultPeriod.objects.exclude(secrets(now)).in_bulk(keys.get("fault", []))
    switches = PatternPeriod.objects.in_bulk(keys.get("patterns", []))
    runs = GameDay.objects.in_bulk(keys.get("game_day", []))
    runs |= GameDay.objects.in_bulk(
        {n for row in faults.values() if (n := _run_named(row)) and n not in runs}
    )
    enders = _enders("fault", faults) | _enders("patterns", switches)
    made: list[Injection] = []
    for line in lines:
        if line.kind == "fault" and line.key in faults:
            row = faults[line.key]
            made.append(_fault(row, _run_of(row, runs), enders, now))
        elif line.kind == "patterns" and line.key in switches:
            made.append(_switch(switches[line.key], enders, now))
        elif line.kind == "game_day" and line.key in runs:
            made.append(_run(runs[line.key]))
    return with_effects(made, now)


def with_effects(rows: list[Injection], now: datetime) -> list[Injection]:
    """As they were kept; of those that go on, or ended a moment ago, measured now."""
    kept = effects_kept(rows)
    live = [
        row
        for row in rows
        if _key(row) not in kept and not row.concealed and _began(row)
    ]
    kept |= measured(spans_of(live, now), now=now)
    return [_with(row, kept.get(_key(row))) for row in rows]


def effects_kept(rows: Iterable[Injection]) -> dict[Key, Effect]:
    wanted = Q(pk=None)
    kinds: dict[str, list[int]] = {}
    for row in rows:
        if not row.concealed and row.ended is not None:
            kinds.setdefault(_key(row)[0], []).append(row.number)
    for kind, numbers in kinds.items():
        wanted |= Q(kind=kind, key__in=numbers)
    found = InjectionEffect.objects.filter(wanted)
    return {(each.kind, each.key): effect_read(each.effect) for each in found}


def spans_of(rows: Sequence[Injection], now: datetime) -> list[Span]:
    """When each was in force; what a drill adds to it meanwhile is not told apart."""
    hiding = list(
        FaultPeriod.objects.filter(secrets(now)).values_list("began_at", flat=True)
    )
    versions = _versions([row for row in rows if row.kind in {"game_day", "drill"}])
    spans = []
    for row in rows:
        end = row.ended or now
        own = (row.number,) if row.kind == "fault" else versions.get(row.number, ())
        if row.kind == "patterns":
            own = ()
        apart = not any(end >= began for began in hiding)
        spans.append(Span(_key(row), row.began, end, own, apart))
    return spans


def injection_json(row: Injection) -> dict[str, Any]:
    return {
        "kind": row.kind,
        "number": row.number,
        "who": row.who,
        "what": row.what,
        "why": row.why,
        "from": timestamp(row.began),
        "to": row.ended and timestamp(row.ended),
        "plannedEnd": row.planned_end and timestamp(row.planned_end),
        "end": row.end or None,
        "endedBy": row.ended_by or None,
        "endReason": row.end_reason,
        "approval": row.consent,
        "approvedBy": row.approved_by or None,
        "approvedAt": row.approved_at and timestamp(row.approved_at),
        "blastRadius": row.radius,
        "gameDay": row.game_day,
        "auditSubject": row.subject,
        "concealed": row.concealed,
        "effect": row.effect and row.effect.json(),
    }


def _fault(
    row: FaultPeriod, run: GameDay | None, enders: Mapping[Key, str], now: datetime
) -> Injection:
    spec = spec_of(row)
    return Injection(
        kind="fault",
        number=row.version,
        who=row.started_by,
        what=fault_told(spec),
        why=row.reason,
        began=row.began_at,
        game_day=None if run is None else run.pk,
        radius=touched(spec),
        consent="not_needed" if run is None else consent_of(run),
        approved_by="" if run is None else run.approved_by,
        approved_at=None if run is None else run.approved_at,
        **_over(row, "fault", enders, now),
    )


def _switch(row: PatternPeriod, enders: Mapping[Key, str], now: datetime) -> Injection:
    return Injection(
        kind="patterns",
        number=row.version,
        who=row.started_by,
        what=patterns_told(row.off),
        why=row.reason,
        began=row.began_at,
        game_day=None,
        radius=None,
        consent="not_needed",
        approved_by="",
        approved_at=None,
        **_over(row, "patterns", enders, now),
    )


def _over(
    row: FaultPeriod | PatternPeriod,
    kind: str,
    enders: Mapping[Key, str],
    now: datetime,
) -> dict[str, Any]:
    expired = row.ended_at is None and row.expires_at <= now
    end = "expired" if expired else row.end
    by = "" if end in _NOBODY else enders.get((kind, row.version), "")
    return {
        "ended": row.expires_at if expired else row.ended_at,
        "planned_end": row.expires_at,
        "end": end,
        "ended_by": by,
        "end_reason": "",
        "effect": None,
    }


def _run(row: GameDay) -> Injection:
    secret = hidden(row)
    return Injection(
        kind="drill" if row.drill else "game_day",
        number=row.pk,
        who=row.started_by,
        what=row.title,
        why=row.reason,
        began=began_of(row),
        ended=row.ended_at,
        planned_end=None,
        end="" if row.ended_at is None else (row.end_kind or row.state),
        ended_by=row.ended_by,
        end_reason="" if secret else row.end_reason,
        consent=consent_of(row),
        approved_by=row.approved_by,
        approved_at=row.approved_at,
        radius=None if secret else blast_radius(scenario_of(row)),
        game_day=row.pk,
        effect=None,
        concealed=secret,
    )


def consent_of(row: GameDay) -> Consent:
    if row.approved_by:
        return "given"
    if row.state == "waiting":
        return "waiting"
    # it waited for somebody until it ended
    return "not_given" if row.started_at is None and row.ended_at else "not_needed"


def _run_named(row: FaultPeriod) -> int | None:
    found = _OF_A_RUN.match(row.reason)
    return int(found[1]) if found else None


def _run_of(row: FaultPeriod, runs: Mapping[int, GameDay]) -> GameDay | None:
    """A person's own words name no run: it has to have gone on then, by the same person."""
    run = runs.get(_run_named(row) or 0)
    if run is None or run.started_by != row.started_by or run.started_at is None:
        return None
    within = run.started_at <= row.began_at <= (run.ended_at or row.began_at)
    return run if within else None


def _versions(rows: Sequence[Injection]) -> dict[int, tuple[int, ...]]:
    """The fault plan's versions that each run set."""
    numbers = [row.number for row in rows]
    found: dict[int, tuple[int, ...]] = {}
    if not numbers:
        return found
    events = GameDayEvent.objects.filter(game_day__in=numbers, kind="fault_set")
    for number, detail in events.values_list("game_day", "detail"):
        version = detail.get("version")
        if isinstance(version, int):
            found[number] = (*found.get(number, ()), version)
    return found


def _enders(
    kind: str, rows: Mapping[int, FaultPeriod] | Mapping[int, PatternPeriod]
) -> dict[Key, str]:
    """Who made the version after each: what ends one begins the next."""
    ended = {
        f"version {version + 1}": version
        for version, row in rows.items()
        if row.ended_at is not None and row.end not in _NOBODY
    }
    if not ended:
        return {}
    entries = AuditEntry.objects.filter(
        subject__in=ended, action__startswith=_ENDED[kind]
    )
    return {
        (kind, ended[subject]): actor
        for subject, actor in entries.order_by("-id").values_list("subject", "actor")
    }


def _key(row: Injection) -> Key:
    return ("game_day" if row.kind == "drill" else row.kind, row.number)


def _began(row: Injection) -> bool:
    return row.consent not in {"waiting", "not_given"}


def _with(row: Injection, effect: Effect | None) -> Injection:
    return replace(row, effect=effect)


def approval_above() -> float | None:
    """The blast radius above which a game day needs somebody else's consent."""
    found: float | None = settings.CHAOS_APPROVAL_ABOVE
    return found
