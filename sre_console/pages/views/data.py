"""What the Live page's JavaScript asks for: past figures, and a forecast."""

from __future__ import annotations

import math

from django.http import HttpRequest
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from ironclad.errors import ValidationFailed
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
        error_rate=_bounded(request, "errorRate", 1.0),
        latency_ms=_bounded(request, "latencyMs", 10_000.0),
    )


def _bounded(request: HttpRequest, field: str, most: float) -> float:
    """A number from 0 to `most`; 0 when it is not given."""
    try:
        value = float(request.GET.get(field, "0"))
    except ValueError:
        value = math.nan
    if not 0 <= value <= most:  # nan is refused too
        message = gettext("Send a number from 0 to %(most)g.") % {"most": most}
        raise ValidationFailed(message, field=field)
    return value
