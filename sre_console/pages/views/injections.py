"""Who injected what, when, why, with whose approval and which effect."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from sre_console.chaos.rows import database_now
from sre_console.governance.injections.injection import KINDS, Injection
from sre_console.governance.injections.listing import (
    FILTERS,
    asked_read,
    injection_lines,
    line_of,
)
from sre_console.governance.injections.selectors import (
    approval_above,
    injection_json,
    injections_of,
)
from sre_console.pages.access import page_for
from sre_console.pages.injection_models import (
    HEAD,
    columns,
    injection_cells,
    injection_row,
)
from sre_console.pages.injection_words import kind_word
from sre_console.pages.tables import address, heads, order_read
from sre_console.pages.views.papers import (
    CSV_MOST,
    as_csv,
    as_json_lines,
    asked_of,
    page_number,
    show,
)

A_PAGE = 50  # injections
_AT_A_TIME = 500  # that an export reads


@require_safe
@page_for("audit.read")
def injections(request: HttpRequest) -> HttpResponse:
    asked = asked_of(request)
    order = order_read(asked, columns())
    # the same as GET /api/injections is asked for
    query = {name: asked[name] for name in FILTERS if name in asked}
    query |= {"ordering": str(order)} if order else {}
    now = database_now()
    found = injection_lines(asked_read(query), now=now)
    form = asked.get("format")
    if form == "csv":
        cells = (line for row in _every(found, now) for line in injection_cells(row))
        return as_csv("injections", HEAD, cells)
    if form == "jsonl":
        lines = (json.dumps(injection_json(row)) for row in _every(found, now))
        return as_json_lines("injections", lines)
    page = page_number(asked.get("page", ""))
    begin = (page - 1) * A_PAGE
    some = [line_of(row) for row in found[begin : begin + A_PAGE + 1]]
    path = reverse("console:injections")
    above = approval_above()
    return show(
        request,
        "injections",
        rows=[injection_row(r, now) for r in injections_of(some[:A_PAGE], now=now)],
        heads=heads(columns(), order, path, asked),
        asked=asked,
        filtered=any(name in asked for name in FILTERS),
        total=f"{found.count():,}",
        newer=address(path, {**asked, "page": page - 1}) if page > 1 else "",
        older=address(path, {**asked, "page": page + 1}) if len(some) > A_PAGE else "",
        csv=address(path, {**asked, "page": "", "format": "csv"}),
        jsonl=address(path, {**asked, "page": "", "format": "jsonl"}),
        curl=address("/api/injections", query),
        kinds=[(kind, kind_word(kind)) for kind in KINDS],
        above=None if above is None else f"{above * 100:.4g} %",
        tab="injections",
    )


def _every(found: QuerySet[Any, Any], now: datetime) -> Iterator[Injection]:
    """As many as an export holds and one more, which tells that it was cut."""
    rows = map(line_of, found[: CSV_MOST + 1])
    while some := list(islice(rows, _AT_A_TIME)):
        yield from injections_of(some, now=now)
