"""What any span of time held, and where that was read."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from ironclad.clock import clock
from sre_console.slo import lookup
from sre_console.slo.counters import Counters
from sre_console.slo.prometheus import Away, slis
from sre_console.slo.source import PROMETHEUS, TIMELINE, Source


def span_counts(
    begin: datetime, end: datetime, *, stored: bool = False
) -> tuple[Counters, Source]:
    """The events from `begin` up to `end`; from the timeline where `stored` asks for it.

    With PROMETHEUS_URL from Prometheus, and from the timeline while that is away.
    """
    first, last = int(begin.timestamp()), int(end.timestamp())
    if stored or not settings.PROMETHEUS_URL:
        return _stored(first, last), TIMELINE
    try:
        return slis.period(first, last), PROMETHEUS
    except Away as away:
        why = Source("timeline", away.problem, slis.kept.since or clock.epoch())
        return _stored(first, last), why


def _stored(first: int, last: int) -> Counters:
    rows = lookup.at({first - 1, last - 1})
    if not rows:
        return Counters()
    return rows[last - 1].counters.since(rows[first - 1].counters)
