"""Whether a recovery would come about now; what was backed up, and what was restored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from sre_console.chaos.rows import database_now
from sre_console.pages import recovery_models as models
from sre_console.pages.access import signed_in_page
from sre_console.pages.disaster_drill_models import drill_section
from sre_console.pages.recovery_overview import top
from sre_console.pages.recovery_words import backup_word, restore_word, state_word
from sre_console.pages.tables import Column, Head, address, heads, order_read
from sre_console.pages.views.papers import (
    CSV_MOST,
    as_csv,
    asked_of,
    page_number,
    show,
)
from sre_console.recovery.listing import (
    BACKUPS,
    RESTORES,
    Listing,
    backup_list,
    restore_list,
)
from sre_console.recovery.overview import recovery_overview
from sre_console.recovery.selectors import restore_get

A_PAGE = 50  # rows
_NEWEST = 5  # rows that the overview shows


@require_safe
@signed_in_page
def recovery(request: HttpRequest) -> HttpResponse:
    now = database_now()
    view = recovery_overview(now)
    return show(
        request,
        "recovery",
        tab="recovery",
        top=top(view),
        backups=[models.backup_row(row) for row in backup_list({})[:_NEWEST]],
        restores=[models.restore_row(row) for row in restore_list({})[:_NEWEST]],
        backup_heads=_heads(models.backup_columns()),
        repositories=[
            models.repository_row(row, view.now) for row in view.known.repositories
        ],
        restore_heads=_heads(models.restore_columns()),
        drills=drill_section(now),
    )


@require_safe
@signed_in_page
def backups(request: HttpRequest) -> HttpResponse:
    return _table(
        request, "backups", BACKUPS, backup_list, models.backup_columns(),
        models.backup_row, (models.BACKUP_HEAD, models.backup_cells),
    )  # fmt: skip


@require_safe
@signed_in_page
def restores(request: HttpRequest) -> HttpResponse:
    return _table(
        request, "restores", RESTORES, restore_list, models.restore_columns(),
        models.restore_row, (models.RESTORE_HEAD, models.restore_cells),
    )  # fmt: skip


@require_safe
@signed_in_page
def restore(request: HttpRequest, number: str) -> HttpResponse:
    row = restore_get(int(number))
    return show(
        request,
        "recovery_restore",
        tab="restores",
        row=models.restore_row(row),
        counts=models.count_lines(row),
    )


def _heads(columns: Sequence[Column]) -> list[Head]:
    """Of a short table, which is not sorted."""
    return heads([replace(each, name="") for each in columns], None, "", {})


def _table(  # noqa: PLR0913, PLR0917 - what the two tables have of their own
    request: HttpRequest,
    name: str,
    listing: Listing,
    listed: Callable[[dict[str, str]], QuerySet[Any]],
    columns: Sequence[Column],
    row_of: Callable[[Any], object],
    paper: tuple[Sequence[str], Callable[[Any], tuple[object, ...]]],
) -> HttpResponse:
    asked = asked_of(request)
    order = order_read(asked, columns)
    # the same as the API is asked for
    query = {key: asked[key] for key in listing.filters if key in asked}
    query |= {"ordering": str(order)} if order else {}
    found = listed(query)
    if asked.get("format") == "csv":
        head, cells_of = paper
        rows = islice(found.iterator(), CSV_MOST + 1)
        return as_csv(name, head, (cells_of(row) for row in rows))
    page = page_number(asked.get("page", ""))
    begin = (page - 1) * A_PAGE
    some = list(found[begin : begin + A_PAGE + 1])
    path = reverse(f"console:recovery-{name}")
    word = {"backups": backup_word, "restores": restore_word}[name]
    return show(
        request,
        f"recovery_{name}",
        tab=name,
        rows=[row_of(row) for row in some[:A_PAGE]],
        heads=heads(columns, order, path, asked),
        asked=asked,
        filtered=any(key in asked for key in listing.filters),
        total=f"{found.count():,}",
        kinds=[(kind, word(kind)) for kind in listing.choices["kind"]],
        states=[(state, state_word(state)) for state in listing.choices["state"]],
        newer=address(path, {**asked, "page": page - 1}) if page > 1 else "",
        older=address(path, {**asked, "page": page + 1}) if len(some) > A_PAGE else "",
        csv=address(path, {**asked, "page": "", "format": "csv"}),
        curl=address(f"/api/recovery/{name}", query),
    )
