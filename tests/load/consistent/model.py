"""The list as it should be: what `GET /api/users` answers in a given state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from tests.load.consistent.record import Page, Query, Row, Version

_COLUMNS = ("id", "name", "email", "created_at", "updated_at")


def page(state: Iterable[Version], query: Query) -> Page:
    """`state` has the version of each user that is there."""
    found = [version for version in state if _matches(version, query.search)]
    terms = query.ordering.split(",")
    ties = "-id" if terms[-1].startswith("-") else "id"  # the way of the last one
    for term in reversed([*terms, ties]):
        column = term.removeprefix("-")
        found.sort(key=lambda each: _value(each, column), reverse=term != column)
    end = query.offset + query.limit
    return Page(
        rows=tuple(cast("Row", each.row) for each in found[query.offset : end]),
        total=len(found),
        more=end < len(found),
        less=query.offset > 0,
    )


def _matches(version: Version, search: str) -> bool:
    if version.row is None:
        return False
    return search in version.row[1] or search in version.row[2]


def _value(version: Version, column: str) -> int | str:
    if column == "created_at":
        return version.created
    if column == "updated_at":
        return version.updated
    row = cast("Row", version.row)
    return row[_COLUMNS.index(column)]
