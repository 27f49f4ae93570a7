"""The list as it should be: what `GET /api/users` answers in a given state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from tests.load.consistent.record import Page, Query, Row, Version

_COLUMNS = ("id", "name", "email", "created_at", "updated_at")


def page(state: Iterable[Version], query: Query) -> Page:
    """`state` has the version of each user that is there."""
    found = [version for version in state if _matches(version, query.search)]
    terms = _terms(query.ordering)
    for term in reversed(terms):
        column = term.removeprefix("-")
        found.sort(key=lambda each: _value(each, column), reverse=term != column)
    begin, after = query.offset, query.after
    if after is not None:
        begin = sum(not _beyond(each, after, terms) for each in found)
    end = begin + query.limit
    rows = found[begin:end]
    return Page(
        rows=tuple(cast("Row", each.row) for each in rows),
        total=len(found),
        more=end < len(found),
        # A walk comes from somewhere if it has a place, and shows a way back from its rows.
        less=bool(rows) and after is not None if query.walks else query.offset > 0,
    )


def _terms(ordering: str) -> list[str]:
    """Up to the first that leaves no ties; else with the id, the way of the last one."""
    terms: list[str] = []
    for term in ordering.split(","):
        terms.append(term)
        if term.removeprefix("-") in {"id", "email"}:
            return terms
    return [*terms, "-id" if terms[-1].startswith("-") else "id"]


def _beyond(each: Version, place: Version, terms: Iterable[str]) -> bool:
    """Whether it comes after the place, which may be nobody's by now."""
    for term in terms:
        column = term.removeprefix("-")
        mine, its = _value(each, column), _value(place, column)
        if mine != its:
            # Of one column both values are of one type.
            greater = mine > its  # type: ignore[operator]
            return greater if term == column else not greater
    return False


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
