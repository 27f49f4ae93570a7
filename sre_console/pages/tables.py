"""Tables that are sorted by the address: `?sort=severity`, and `?sort=-severity` downwards. Pure.

A sorted table is a link: it works without a script, can be sent to somebody, and comes as CSV as it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar
from urllib.parse import urlencode

from ironclad.errors import FieldsInvalid

Row = TypeVar("Row")
Key = Callable[[Row], Any]  # what compares, of one kind in a column; None: no value


@dataclass(frozen=True, slots=True)
class Column:
    """`name` is its name in addresses; a column without one is not sorted by."""

    word: str  # its head
    name: str = ""
    right: bool = False  # numbers
    down: bool = False  # who asks for it first wants the most of it first


@dataclass(frozen=True, slots=True)
class Order:
    name: str
    down: bool

    def __str__(self) -> str:
        return f"-{self.name}" if self.down else self.name


@dataclass(frozen=True, slots=True)
class Head:
    """One cell of a table's head; `id` is where its link leads back to."""

    word: str
    right: bool
    id: str
    href: str  # empty: not sorted by
    sort: Literal["", "ascending", "descending"]


def order_read(
    query: Mapping[str, str], columns: Sequence[Column], parameter: str = "sort"
) -> Order | None:
    """The order asked for, None without; FieldsInvalid where there is no such column."""
    asked = query.get(parameter, "")
    if not asked:
        return None
    order = Order(asked.removeprefix("-"), down=asked.startswith("-"))
    names = [column.name for column in columns if column.name]
    if order.name not in names:
        message = (
            f"{parameter} must be one of {', '.join(names)}, or one with - before it."
        )
        raise FieldsInvalid([(parameter, message)])
    return order


def heads(
    columns: Sequence[Column],
    order: Order | None,
    path: str,
    query: Mapping[str, str],
    parameter: str = "sort",
) -> list[Head]:
    """Each leads to the same table sorted by it, or turned round if it is already."""
    found = []
    for column in columns:
        mine = order if order and order.name == column.name else None
        next_one = Order(column.name, down=not mine.down if mine else column.down)
        anchor = f"{parameter}-{column.name}"
        link = address(path, {**query, parameter: str(next_one), "page": ""})
        found.append(
            Head(
                word=column.word,
                right=column.right,
                id=anchor if column.name else "",
                # back to itself: with the keyboard one goes on from there
                href=f"{link}#{anchor}" if column.name else "",
                sort=_direction(mine),
            )
        )
    return found


def _direction(order: Order | None) -> Literal["", "ascending", "descending"]:
    if order is None:
        return ""
    return "descending" if order.down else "ascending"


def rows_sorted(
    rows: Iterable[Row], order: Order | None, keys: Mapping[str, Key[Row]]
) -> list[Row]:
    """Those without a value last, whichever way; ties stay as they were."""
    if order is None:
        return list(rows)
    key, every = keys[order.name], list(rows)
    known = [row for row in every if key(row) is not None]
    unknown = [row for row in every if key(row) is None]
    return sorted(known, key=key, reverse=order.down) + unknown


def address(path: str, query: Mapping[str, object]) -> str:
    """With what is not empty of the query."""
    said = urlencode({name: value for name, value in query.items() if value != ""})
    return f"{path}?{said}" if said else path
