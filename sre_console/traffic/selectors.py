"""What the console and the API tell of the built-in traffic."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Now

from sre_console.models import TrafficRun, TrafficSetting
from sre_console.traffic.capacity import MAX_RATE, SUSTAINABLE_RATE

_ALIVE = timedelta(seconds=5)  # without a count the process is taken for dead


def rate_asked() -> float:
    """Requests a second that the built-in traffic is set to."""
    asked = TrafficSetting.objects.values_list("rate", flat=True).first()
    return float(settings.TRAFFIC_RPS if asked is None else asked)


def traffic_json() -> dict[str, object]:
    """The asked rate, and the newest run's cumulative counts by its own books."""
    found = (
        TrafficRun.objects.order_by("-seen_at")
        .annotate(alive=Q(seen_at__gt=Now() - _ALIVE))
        .first()
    )
    alive = found is not None and bool(found.alive)
    run: TrafficRun = found or TrafficRun()
    return {
        "asked": rate_asked(),
        "rate": run.rate if alive else 0.0,
        "max": MAX_RATE,
        "sustainable": SUSTAINABLE_RATE,
        "sent": run.sent,
        "ok": run.ok,
        "failed": run.failed,
        "late": run.late,
        "dropped": run.dropped,
        "inFlight": run.in_flight if alive else 0,
        "alive": alive,
    }
