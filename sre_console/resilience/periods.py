"""When patterns were off: bands on the charts."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F, Q
from django.db.models.functions import Now

from sre_console.models import PatternPeriod

_MOST = 200  # on a chart


def pattern_periods(since: datetime, until: datetime) -> list[PatternPeriod]:
    """Those that touch the range, newest first; an expiry nobody has written yet is an end."""
    touching = Q(ended_at=None) | Q(ended_at__gte=since)
    rows = PatternPeriod.objects.filter(touching, began_at__lte=until)
    found: list[PatternPeriod] = []
    for row in rows.annotate(now=Now()).order_by(F("began_at").desc()):
        if row.ended_at is None and row.expires_at <= row.now:
            row.ended_at, row.end = row.expires_at, "expired"
        found.append(row)
    return found


def pattern_periods_json(since: datetime, until: datetime) -> list[dict[str, object]]:
    """Times in seconds since 1970."""
    return [
        {
            "version": row.version,
            "off": row.off,
            "from": row.began_at.timestamp(),
            "to": row.ended_at.timestamp() if row.ended_at else None,
            "startedBy": row.started_by,
            "reason": row.reason,
            "end": row.end,
        }
        for row in pattern_periods(since, until)[:_MOST]
    ]
