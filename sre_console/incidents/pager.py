"""Who tells people of alerts: Alertmanager where Prometheus is, and the evaluator while it is not.

Both tell the same alert by the same fingerprint: told by both, it is one alert of one incident.
"""

from __future__ import annotations

from django.conf import settings

from sre_console.incidents.news import fingerprint
from sre_console.models import AlertPeriod, IncidentAlert
from sre_console.slo.prometheus import Kept, slis
from sre_console.slo.source import Problem


def stands_in() -> bool:
    """Whether Prometheus should page and says nothing, or nothing of use."""
    if not settings.PROMETHEUS_URL:
        return False
    latest = slis.latest()
    # Not asked yet is no sign of anything.
    return isinstance(latest, Kept) and latest.problem is not Problem.STARTING


def pages() -> bool:
    """Whether incidents are the evaluator's to open."""
    return not settings.PROMETHEUS_URL or stands_in()


def untold(period: AlertPeriod) -> bool:
    """Whether nobody was told of an alert that fires, or Alertmanager has called it off.

    Without word from Prometheus, Alertmanager takes every alert for over after a while. What a
    person has resolved stays resolved.
    """
    told_as = fingerprint(period.name, period.slo, period.severity)
    told = IncidentAlert.objects.filter(fingerprint=told_as).select_related("incident")
    last = told.order_by("-incident_id").first()
    if last is None:
        return True
    ended = last.incident.resolved_at
    if ended is not None and ended >= period.fired_at:
        return False
    return last.cleared_at is not None
