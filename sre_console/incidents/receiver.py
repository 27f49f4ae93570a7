"""What Alertmanager delivers becomes incidents; the same again changes nothing."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from sre_console.audit.services import audited
from sre_console.chaos.rows import database_now
from sre_console.incidents.alerts import readings_now
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.joining import incident_alert_cleared, incident_join
from sre_console.incidents.judging import cause, patience_of
from sre_console.incidents.news import AlertNews
from sre_console.incidents.payload import Delivery, Received, web_link
from sre_console.incidents.readings import Readings
from sre_console.incidents.received import news_keep, still_fires
from sre_console.incidents.silences import Silences, silences_read
from sre_console.models import ReceivedAlert

SERVICE = "users"  # of an alert that names none
_AT_ONCE = 20  # alerts in one transaction
_RUNBOOK = re.compile(r"/console/runbooks/([a-z0-9-]{1,64})", re.ASCII)


def delivery_take(delivery: Delivery) -> int:
    """Store the delivery, each alert once; how many of them were news.

    Idempotent on its group key and each alert's fingerprint and start: of one that ends
    half way, the repetition brings the rest.
    """
    readings = readings_now()
    group = hashlib.sha256(delivery.group_key.encode()).hexdigest()
    news = 0
    for begin in range(0, len(delivery.alerts), _AT_ONCE):
        with audited():  # others wait for it: not for long
            now = database_now()
            silences = silences_read(now)
            for alert in delivery.alerts[begin : begin + _AT_ONCE]:
                news += _take(group, alert, readings, silences, now)
    return news


def _take(
    group: str, alert: Received, readings: Readings, silences: Silences, now: datetime
) -> bool:
    news = _news(alert, readings, now)
    row, made = ReceivedAlert.objects.get_or_create(
        group_key=group,
        fingerprint=alert.fingerprint,
        starts_at=alert.starts_at,
        defaults={"status": alert.status, "told_as": news.fingerprint, "seen_at": now},
    )
    if made:
        if alert.status == "firing":
            _supersede(row)
            _fires(row, news, readings, silences)
        else:
            _clears(news.fingerprint, now)
        return True
    row.seen_at = now
    if row.status == "resolved" or alert.status == "firing":
        row.save(update_fields=["seen_at"])
        return False  # said before, or overtaken
    row.status, row.silenced = alert.status, None
    row.save(update_fields=["seen_at", "status", "silenced"])
    _clears(news.fingerprint, now)
    return True


def _fires(
    row: ReceivedAlert, news: AlertNews, readings: Readings, silences: Silences
) -> None:
    rule = catalogue().rule(news.name, news.slo or None)
    if rule is not None and not rule.opens_incident:
        return
    if silences.of(name=news.name, slo=news.slo, service=news.service):
        news_keep(row, news)
    else:
        incident_join(news, patience_of(readings))


def _clears(told_as: str, at: datetime) -> None:
    if not still_fires(told_as):
        incident_alert_cleared(told_as, at)


def _supersede(row: ReceivedAlert) -> None:
    """The same alert has begun anew, so what it began before is over: its end was lost."""
    older = ReceivedAlert.objects.select_for_update().filter(
        fingerprint=row.fingerprint, status="firing", starts_at__lt=row.starts_at
    )
    for lost in older:
        lost.status, lost.silenced = "resolved", None
        lost.save(update_fields=["status", "silenced"])
        others = ReceivedAlert.objects.filter(told_as=lost.told_as, status="firing")
        if lost.told_as and not others.exclude(pk=row.pk).exists():
            incident_alert_cleared(lost.told_as, lost.seen_at)


def _news(alert: Received, readings: Readings, now: datetime) -> AlertNews:
    rule = readings.catalogue.rule(alert.name, alert.slo or None)
    reading = None if rule is None else readings.of(rule)
    began = min(alert.starts_at, now)
    fault = None if reading is None else cause(reading, began, now)
    runbook = alert.annotations.get("runbook_url", "")
    page = _RUNBOOK.search(runbook)
    return AlertNews(
        name=alert.name,
        slo=alert.slo,
        severity=alert.severity,
        service=alert.service or SERVICE,
        source="alertmanager",
        summary=alert.says("summary", 500) or alert.name,
        description=alert.says("description", 2000),
        at=now,
        began=began if fault is None else min(now, fault.began_at),
        runbook=page[1] if page else "",
        link=alert.link or web_link(runbook),
        value=None if reading is None else reading.value,
        fault_version=None if fault is None else fault.version,
    )
