"""What the Live page's JavaScript asks for: past figures, and a forecast."""

from __future__ import annotations

import math

from django.http import HttpRequest
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ironclad.errors import ValidationFailed
from sre_console.chaos.asked import TTL_DEFAULT, TTL_MOST
from sre_console.live.series import series as series_read
from sre_console.pages.access import data
from sre_console.pages.forecasts import forecast_read

# Wall seconds shown; None is all there is.
RANGES = {"5m": 300, "15m": 900, "1h": 3600, "6h": 21600, "all": None}


@require_safe
@data
def series(request: HttpRequest) -> object:
    asked = request.GET.get("range", "5m")
    if asked not in RANGES:
        message = gettext("Choose one of 5m, 15m, 1h, 6h, all.")
        raise ValidationFailed(message, field="range")
    return series_read(RANGES[asked])


@require_safe
@data
def forecast(request: HttpRequest) -> object:
    return forecast_read(
        error_rate=_bounded(request, "errorRate", most=1),
        latency_ms=_bounded(request, "latencyMs", most=10_000),
        dependency_error_rate=_bounded(request, "dependencyErrorRate", most=1),
        dependency_latency_ms=_bounded(request, "dependencyLatencyMs", most=10_000),
        lasts=_bounded(
            request, "ttlSeconds", least=1, most=TTL_MOST, otherwise=TTL_DEFAULT
        ),
    )


def _bounded(
    request: HttpRequest, field: str, *, least: int = 0, most: int, otherwise: int = 0
) -> float:
    """The number sent as this field, `otherwise` when there is none."""
    try:
        value = float(request.GET.get(field, otherwise))
    except ValueError:
        value = math.nan
    if not least <= value <= most:  # nan is refused too
        message = gettext("Send a number from %(least)d to %(most)d.")
        message %= {"least": least, "most": most}
        raise ValidationFailed(message, field=field)
    return value
