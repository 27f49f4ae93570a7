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
from sre_console.incidents.silences import silences_read
from sre_console.models import ReceivedAlert

SERVICE = "users"  # of an alert that names none
_RUNBOOK = re.compile(r"/console/runbooks/([a-z0-9-]{1,64})", re.ASCII)


def delivery_take(delivery: Delivery) -> int:
    """Store the delivery as a whole, once; how many of its alerts were news.

    Idempotent on its group key and each alert's fingerprint and start.
    """
    with audited():
        now = database_now()
        readings = readings_now()
        news = 0
        for alert in delivery.alerts:
            if _is_news(delivery.group_key, alert):
                news += 1
                _follow(alert, readings, now)
        return news


def _is_news(group_key: str, alert: Received) -> bool:
    row, made = ReceivedAlert.objects.get_or_create(
        group_key=hashlib.sha256(group_key.encode()).hexdigest(),
        fingerprint=alert.fingerprint,
        starts_at=alert.starts_at,
        defaults={"status": alert.status},
    )
    if made:
        return True
    if row.status == "resolved" or alert.status == "firing":
        return False  # said before, or overtaken
    row.status = alert.status
    row.save(update_fields=["status"])
    return True


def _follow(alert: Received, readings: Readings, now: datetime) -> None:
    news = _news(alert, readings, now)
    if alert.status == "resolved":
        incident_alert_cleared(news.fingerprint, now)
        return
    silences = silences_read(now)
    if silences.of(name=news.name, slo=news.slo, service=news.service):
        return
    rule = catalogue().rule(news.name, news.slo or None)
    if rule is None or rule.opens_incident:
        incident_join(news, patience_of(readings))


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
