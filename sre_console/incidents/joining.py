"""Alerts open incidents, join them and leave them. Within `audited`, always.

An incident is of one service, and a service has one that is not over. Its first page is told;
those that join it are not, for whoever was paged is there already.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from sre_console.incidents.news import AlertNews, Source
from sre_console.incidents.notifications import MAILED, notifications_write
from sre_console.incidents.record import changed, noted
from sre_console.incidents.severity import Severity, worse
from sre_console.models import Incident, IncidentAlert

_AT_ONCE = 10  # incidents: a beat is short


@dataclass(frozen=True, slots=True)
class Patience:
    """Wall seconds, the clock scale included."""

    quiet: float  # without an alert, then an incident is over
    reopen: float  # in which the same alert reopens it


def incident_join(news: AlertNews, patience: Patience) -> Incident:
    """The incident that the alert belongs to now: one that is open, one of a moment ago, or a new one."""
    if incident := _open_one(news.service):
        _join(incident, news, patience)
        return incident
    if incident := _recent(news, patience):
        _reopen(incident, news)
        _join(incident, news, patience, told=True)
        notifications_write(incident, "reopened", at=news.at)  # and whether it pages
        return incident
    return _opened(news)


def incident_alert_cleared(
    fingerprint: str, at: datetime, *, source: Source | None = None
) -> None:
    """The alert fires no more; its incident is over when it has stayed quiet.

    With `source`, only where that one has told it.
    """
    rows = IncidentAlert.objects.filter(fingerprint=fingerprint, cleared_at=None)
    if source is not None:
        rows = rows.filter(source=source)
    for row in rows.select_related("incident"):
        incident = Incident.objects.select_for_update().get(pk=row.incident_id)
        row.cleared_at = max(at, row.fired_at)
        row.save(update_fields=["cleared_at"])
        noted(incident, "cleared", at=at, detail=_of(row))
        if not incident.alerts.filter(cleared_at=None).exists():
            incident.quiet_at = row.cleared_at
        changed(incident, "incident.alert_cleared", detail=_of(row))


def incidents_settle(at: datetime, patience: Patience) -> int:
    """Resolve what has stayed quiet for long enough; how many. The rest waits for the next beat."""
    until = at - timedelta(seconds=patience.quiet)
    quiet = Incident.objects.select_for_update().exclude(state="resolved")
    settled = 0
    for incident in quiet.filter(quiet_at__lte=until).order_by("quiet_at")[:_AT_ONCE]:
        incident.mitigated_at = incident.mitigated_at or harm_ended(incident)
        incident.state, incident.resolved_at = "resolved", at
        noted(incident, "resolved", at=at, detail={"by": "quiet"})
        changed(incident, "incident.resolved")
        notifications_write(incident, "resolved", at=at)
        settled += 1
    return settled


def harm_ended(incident: Incident) -> datetime | None:
    """When the last urgent alert cleared, or the last of all: tickets lag behind for long."""
    cleared = [
        row.cleared_at
        for row in incident.alerts.filter(severity__in=MAILED)
        if row.cleared_at
    ]
    return max(cleared, default=incident.quiet_at)


def incidents_due(at: datetime, patience: Patience) -> bool:
    """Whether there is something to settle: asked each second, without a lock."""
    until = at - timedelta(seconds=patience.quiet)
    unresolved = Incident.objects.exclude(state="resolved")
    return unresolved.filter(quiet_at__lte=until).exists()


def _open_one(service: str) -> Incident | None:
    rows = Incident.objects.select_for_update().exclude(state="resolved")
    return rows.filter(service=service).first()


def _recent(news: AlertNews, patience: Patience) -> Incident | None:
    """One that the very same alert was part of, resolved not long ago."""
    since = news.at - timedelta(seconds=patience.reopen)
    rows = Incident.objects.select_for_update().filter(
        service=news.service, state="resolved", resolved_at__gte=since,
        pk__in=IncidentAlert.objects.filter(fingerprint=news.fingerprint).values(
            "incident"
        ),
    )  # fmt: skip
    return rows.order_by("-opened_at").first()


def _opened(news: AlertNews) -> Incident:
    incident = Incident.objects.create(
        service=news.service,
        title=news.summary[:255],
        severity=news.severity,
        state="open",
        exercise=news.fault_version is not None,
        fault_version=news.fault_version,
        began_at=min(news.began, news.at),
        opened_at=news.at,
        paged_at=news.at if news.severity == "page" else None,
    )
    row = _add(incident, news)
    noted(incident, "opened", at=news.at, detail=_of(row))
    if incident.paged_at:
        noted(incident, "paged", at=news.at)
    changed(incident, "incident.opened")
    notifications_write(incident, "opened", at=news.at)
    return incident


def _reopen(incident: Incident, news: AlertNews) -> None:
    incident.state = "open"
    # When somebody took it first stays; what ended has not.
    incident.resolved_at = incident.mitigated_at = None
    incident.paged_at = None  # whoever was there has gone
    noted(incident, "reopened", at=news.at)
    changed(incident, "incident.reopened")


def _join(
    incident: Incident, news: AlertNews, patience: Patience, *, told: bool = False
) -> None:
    page = news.severity == "page" and _page_due(incident, news, patience)
    row = incident.alerts.filter(fingerprint=news.fingerprint).first()
    if row is None:
        row = _add(incident, news)
        noted(incident, "joined", at=news.at, detail=_of(row))
    elif row.cleared_at is not None:
        row.cleared_at, row.fired_at = None, news.at
        row.source = news.source  # who tells it now will tell its end
        row.times += 1
        row.value, row.summary = news.value, news.summary[:500]
        row.save()
        noted(incident, "fired_again", at=news.at, detail=_of(row))
    else:
        return  # it is known to fire
    if incident.state == "mitigated":  # it did not hold
        incident.state = "acknowledged" if incident.acknowledged_at else "open"
        incident.mitigated_at = None
    incident.quiet_at = None
    if incident.fault_version is None and news.fault_version is not None:
        incident.fault_version, incident.exercise = news.fault_version, True
    urgent = _raise(incident, news)
    if page:
        incident.paged_at, incident.title = news.at, news.summary[:255]
        noted(incident, "paged", at=news.at)
    changed(incident, "incident.alert_joined", detail=_of(row))
    if (page or urgent) and not told:
        notifications_write(incident, "raised", at=news.at)


def _page_due(incident: Incident, news: AlertNews, patience: Patience) -> bool:
    """Nobody was paged yet, or whoever was has seen all pages clear for as long as ends an incident."""
    if incident.paged_at is None:
        return True
    pages = list(incident.alerts.filter(severity="page"))
    if not pages or any(row.cleared_at is None for row in pages):
        return False
    last = max(row.cleared_at for row in pages if row.cleared_at)
    return news.at - last >= timedelta(seconds=patience.quiet)


def _raise(incident: Incident, news: AlertNews) -> bool:
    """Whether it is urgent now, and was not before."""
    if worse(news.severity, cast("Severity", incident.severity)):
        before, incident.severity = incident.severity, news.severity
        detail = {"from": before, "to": news.severity}
        noted(incident, "raised", at=news.at, detail=detail)
        incident.title = news.summary[:255]
        return before not in MAILED and news.severity in MAILED
    return False


def _add(incident: Incident, news: AlertNews) -> IncidentAlert:
    return IncidentAlert.objects.create(
        incident=incident,
        fingerprint=news.fingerprint,
        name=news.name,
        slo=news.slo,
        severity=news.severity,
        source=news.source,
        summary=news.summary[:500],
        description=news.description[:2000],
        runbook=news.runbook,
        link=news.link,
        value=news.value,
        joined_at=news.at,
        fired_at=news.at,
    )


def _of(row: IncidentAlert) -> dict[str, object]:
    return {"alert": row.name, "slo": row.slo or None, "severity": row.severity}
