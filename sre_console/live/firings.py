"""Every firing of an alert, as the charts and the feed show it: `breaches` in a snapshot."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import F, Q

from sre_console.incidents.absence import Told
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.rules import BURN_NAME, Burn
from sre_console.models import AlertPeriod

_MOST = 200
Json = dict[str, object]


def firings(since: datetime, until: datetime) -> list[Json]:
    """Those that touch the range, newest first; times in epoch seconds."""
    touching = Q(ended_at=None) | Q(ended_at__gte=since)
    rows = AlertPeriod.objects.filter(touching, fired_at__lte=until)
    return [_stored(row) for row in rows.order_by(F("fired_at").desc())[:_MOST]]


def firings_told(judged: Sequence[Json], told: Iterable[Told]) -> list[Json]:
    """Also those that nobody is there to judge; one that was judged to fire speaks for itself."""
    open_ones = {(one["name"], one["slo"]) for one in judged if one["to"] is None}
    new = [
        _told(each)
        for each in told
        if each.alert.state == "firing"
        and (each.rule.name, each.rule.slo) not in open_ones
    ]
    return [*new, *judged]


def _stored(row: AlertPeriod) -> Json:
    shown: Json = {
        "name": row.name,
        "slo": row.slo or None,
        "severity": row.severity,
        "silenced": row.silenced,
        "value": row.value,
        "threshold": row.threshold,
        "unit": None,  # of a rule that is gone
        "comparison": None,
        "from": row.fired_at.timestamp(),
        "to": row.ended_at.timestamp() if row.ended_at else None,
    }
    rule = catalogue().rule(row.name, row.slo or None)
    if row.name.startswith(BURN_NAME):
        more = {"window": row.window, "burn": row.value}
        return {**shown, "unit": "burn", "comparison": "above", **more}
    if rule is not None and not isinstance(rule.condition, Burn):
        condition = rule.condition
        return {**shown, "unit": condition.unit, "comparison": condition.comparison}
    return shown


def _told(each: Told) -> Json:
    condition = each.rule.condition
    return {
        "name": each.rule.name,
        "slo": each.rule.slo,
        "severity": each.rule.severity,
        "silenced": False,
        "value": each.value,
        "threshold": condition.threshold,
        "unit": condition.unit,
        "comparison": "above",
        "from": each.alert.fired_at,
        "to": None,
    }
