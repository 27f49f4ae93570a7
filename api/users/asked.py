"""What a client may ask of the list of users, read and refused before the database is asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from api.pagination import bounds
from api.users.cursor import Place, read
from ironclad.errors import ValidationFailed

COLUMNS = ("id", "name", "email", "created_at", "updated_at")
TOTALS = ("bounded", "exact")
_UNIQUE = frozenset({"id", "email"})
_LONGEST_SEARCH = 255


@dataclass(frozen=True, slots=True)
class Term:
    column: str  # one of COLUMNS
    down: bool = False

    def __str__(self) -> str:
        return f"-{self.column}" if self.down else self.column


@dataclass(frozen=True, slots=True)
class Asked:
    search: str  # without surrounding blanks; empty: all
    terms: tuple[Term, ...]  # no two users stand at the same place
    limit: int
    offset: int
    walks: bool  # by cursor, from `place` or the start
    place: Place | None
    exact: bool  # the total, whatever it costs

    @property
    def topic(self) -> str:
        """What a cursor belongs to: there are no such places in other lists."""
        return f"{','.join(map(str, self.terms))}\0{self.search}"


def asked_for(query: Mapping[str, str]) -> Asked:
    """Parameters of other names are ignored, and an offset beside a cursor.

    Raises ValidationFailed or FieldsInvalid.
    """
    limit, offset = bounds(query)
    token = query.get("cursor")
    asked = Asked(
        search=_search(query.get("search", "")),
        terms=_terms(query.get("ordering", "id")),
        limit=limit,
        offset=offset,
        walks=token is not None,
        place=None,
        exact=_total(query.get("total", TOTALS[0])) == "exact",
    )
    if token is None:
        return asked
    if not token:
        return replace(asked, offset=0)
    place = read(token, asked.topic)
    return replace(asked, place=place, offset=place.offset)


def _total(total: str) -> str:
    if total not in TOTALS:
        message = f"Send {' or '.join(TOTALS)}."
        raise ValidationFailed(message, field="total")
    return total


def _search(search: str) -> str:
    if "\0" in search or len(search) > _LONGEST_SEARCH:
        message = f"Send at most {_LONGEST_SEARCH} characters, none of them NUL."
        raise ValidationFailed(message, field="search")
    return search.strip()


def _terms(asked: str) -> tuple[Term, ...]:
    """As asked, up to the first that leaves no ties; with the id where none does."""
    terms: dict[str, Term] = {}
    for word in asked.split(","):
        column = word.strip().removeprefix("-")
        if column not in COLUMNS:
            message = (
                f"Order by {', '.join(COLUMNS)}, each with - before it to turn round."
            )
            raise ValidationFailed(message, field="ordering")
        if _UNIQUE.isdisjoint(terms):
            terms.setdefault(column, Term(column, down=word.strip().startswith("-")))
    if _UNIQUE.isdisjoint(terms):
        # The way of the last one: an index is read in one direction.
        last = next(reversed(terms.values()))
        terms["id"] = Term("id", down=last.down)
    return tuple(terms.values())
