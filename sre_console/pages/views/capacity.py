"""The Capacity page: requests a second beside the measured knee, and what to scale."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sre_console.capacity.overview import capacity_overview
from sre_console.models import MeasuredKnee
from sre_console.pages import capacity_answer as answers
from sre_console.pages import capacity_models as models
from sre_console.pages.access import signed_in_page
from sre_console.pages.views.papers import CSV_MOST, as_csv, asked_of, show


@require_safe
@signed_in_page
def capacity(request: HttpRequest) -> HttpResponse:
    if asked_of(request).get("format") == "csv":
        newest = MeasuredKnee.objects.order_by("-measured_at", "-pk")[: CSV_MOST + 1]
        rows = (models.knee_cells(row) for row in newest)
        return as_csv("knees", models.KNEE_HEAD, rows)
    view = capacity_overview()
    return show(
        request,
        "capacity",
        answer=answers.answer(view),
        line=answers.line(view),
        knee=answers.knee_told(view.knee, view.knee_share),
        replicas=len(view.replicas),
        advice=models.advice_lines(view),
        groups=models.groups(view),
        cache=models.cache_rows(view.replicas),
        cache_off=view.cache_off,
        knees=[models.knee_row(row) for row in view.knees],
    )
