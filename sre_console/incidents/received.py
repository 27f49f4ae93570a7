"""What Alertmanager has said, as it stands: kept by its word, until it says no more."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime, timedelta

from sre_console.audit.services import audited
from sre_console.incidents.joining import (
    Patience,
    incident_alert_cleared,
    incident_join,
)
from sre_console.incidents.news import AlertNews
from sre_console.incidents.silences import Silences
from sre_console.models import ReceivedAlert

# It repeats what fires, every four hours unless it is told otherwise: a day without a word
# means that its "resolved" was lost.
FORGOTTEN = timedelta(hours=24)
_MOST = 20  # at a beat


def news_keep(row: ReceivedAlert, news: AlertNews) -> None:
    """Have it told when its silence ends, should it still fire then."""
    said = asdict(news) | {"at": news.at.isoformat(), "began": news.began.isoformat()}
    row.silenced = said
    row.save(update_fields=["silenced"])


def received_heard(silences: Silences) -> list[ReceivedAlert]:
    """Those that fire, and whose silence has ended."""
    held = ReceivedAlert.objects.filter(status="firing", silenced__isnull=False)
    return [row for row in held.order_by("id") if not silences.of(**_about(row))][
        :_MOST
    ]


def _about(row: ReceivedAlert) -> dict[str, str]:
    said = row.silenced or {}
    return {name: str(said.get(name, "")) for name in ("name", "slo", "service")}


def received_tell(row: ReceivedAlert, at: datetime, patience: Patience) -> None:
    """Open an incident for one that was silenced, or join one. Within `audited`."""
    said = dict(row.silenced or {})
    said |= {"at": at, "began": datetime.fromisoformat(said["began"])}
    row.silenced = None
    row.save(update_fields=["silenced"])
    news = AlertNews(**said)
    incident_join(replace(news, began=min(news.began, at)), patience)


def still_fires(told_as: str) -> bool:
    """Whether another alert fires that is told as the same one, as of another instance."""
    return ReceivedAlert.objects.filter(told_as=told_as, status="firing").exists()


def received_forget(at: datetime) -> bool:
    """End those of which nothing was heard for a day; whether there was one."""
    lost = ReceivedAlert.objects.filter(status="firing", seen_at__lt=at - FORGOTTEN)
    if not lost.exists():
        return False
    with audited():
        for row in lost.select_for_update().order_by("seen_at")[:_MOST]:
            row.status, row.silenced = "resolved", None
            row.save(update_fields=["status", "silenced"])
            if row.told_as and not still_fires(row.told_as):
                incident_alert_cleared(row.told_as, at, source="alertmanager")
    return True
