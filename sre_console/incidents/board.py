"""What a console shows of alerts and incidents beside everything else: short, at every beat."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Case, When

from sre_console.incidents.absence import Told
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.rules import AlertRule
from sre_console.incidents.severity import SEVERITIES
from sre_console.models import AlertPeriod, AlertState, Incident

_MOST = 20
_ORDER: dict[str, int] = {each: rank for rank, each in enumerate(SEVERITIES)}

Json = dict[str, object]


def alerts_json() -> list[Json]:
    """Alerts that fire or are about to, as they were judged; times in epoch seconds."""
    rows = AlertState.objects.exclude(state="inactive").order_by("since")
    quiet = AlertPeriod.objects.filter(ended_at=None, silenced=True)
    silenced = set(quiet.values_list("name", "slo"))
    ruled = [(row, catalogue().rule(row.name, row.slo or None)) for row in rows]
    return [
        _alert(
            rule,
            state=row.state,
            value=row.value,
            since=row.since.timestamp() if row.since else None,
            silenced=(row.name, row.slo) in silenced,
        )
        for row, rule in ruled
        if rule is not None
    ]


def alerts_told(judged: list[Json], told: Iterable[Told]) -> list[Json]:
    """Also those that nobody is there to judge; the gravest first."""
    shown = {(one["name"], one["slo"]): one for one in judged}
    for each in told:
        key = each.rule.name, each.rule.slo
        if key not in shown or shown[key]["state"] != "firing":
            alert = each.alert
            shown[key] = _alert(
                each.rule, state=alert.state, value=each.value, since=alert.since
            )
    return sorted(shown.values(), key=_rank)


def _rank(alert: Json) -> tuple[bool, int]:
    return alert["state"] != "firing", _ORDER[str(alert["severity"])]


def _alert(
    rule: AlertRule,
    *,
    state: str,
    value: float | None,
    since: float | None,
    silenced: bool = False,
) -> Json:
    return {
        "name": rule.name,
        "slo": rule.slo,
        "severity": rule.severity,
        "state": state,
        "value": value,
        "unit": rule.condition.unit,
        "since": since,
        "silenced": silenced,
    }


def incidents_json(since: datetime) -> list[Json]:
    """Incidents that are open, the gravest first; then those that ended after `since`, newest first.

    Never more than _MOST: what ended hides none that is open.
    """
    worst = Case(*(When(severity=name, then=rank) for name, rank in _ORDER.items()))
    unresolved = Incident.objects.exclude(state="resolved")
    rows = list(unresolved.order_by(worst, "-opened_at", "-id")[:_MOST])
    over = Incident.objects.filter(state="resolved", resolved_at__gte=since)
    rows += over.order_by("-opened_at", "-id")[: _MOST - len(rows)]
    return [
        {
            "id": row.pk,
            "title": row.title,
            "service": row.service,
            "severity": row.severity,
            "state": row.state,
            "exercise": row.exercise,
            "owner": row.owner,
            "openedAt": row.opened_at.timestamp(),
            "pagedAt": row.paged_at.timestamp() if row.paged_at else None,
            "resolvedAt": row.resolved_at.timestamp() if row.resolved_at else None,
        }
        for row in rows
    ]
