"""What a console shows of alerts and incidents beside everything else: short, at every beat."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.rules import AlertRule
from sre_console.incidents.severity import SEVERITIES
from sre_console.models import AlertState, Incident

_MOST = 20

Json = dict[str, object]


def alerts_json() -> list[Json]:
    """Alerts that fire or are about to, the gravest first; times in epoch seconds."""
    ranked: list[tuple[bool, int, Json]] = []
    for row in AlertState.objects.exclude(state="inactive").order_by("since"):
        rule = catalogue().rule(row.name, row.slo or None)
        if rule is not None:
            rank = row.state != "firing", SEVERITIES.index(rule.severity)
            ranked.append((*rank, _alert(row, rule)))
    return [shown for *_, shown in sorted(ranked, key=lambda one: one[:2])]


def _alert(row: AlertState, rule: AlertRule) -> Json:
    return {
        "name": row.name,
        "slo": row.slo or None,
        "severity": rule.severity,
        "state": row.state,
        "value": row.value,
        "unit": rule.condition.unit,
        "since": row.since.timestamp() if row.since else None,
    }


def incidents_json(since: datetime) -> list[Json]:
    """Incidents that are open, and those that ended after `since`; newest first."""
    shown = ~Q(state="resolved") | Q(resolved_at__gte=since)
    rows = Incident.objects.filter(shown).order_by("-opened_at", "-id")[:_MOST]
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
