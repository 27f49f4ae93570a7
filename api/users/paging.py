"""`meta.pagination` of the list of users: by offset, or by cursor for whoever walks far."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from api.pagination import EnvelopePagination, link
from api.users.asked import TOTALS, Asked
from api.users.cursor import Place, token
from api.users.selectors import Page
from api.users.statement import BOUND


class UserPagination(EnvelopePagination):
    """Only tells the schema what may be asked; `pagination` answers."""

    def get_schema_operation_parameters(self, view: object) -> list[dict[str, Any]]:
        cursor = {
            "name": "cursor",
            "in": "query",
            "required": False,
            "schema": {"type": "string", "maxLength": 4096},
            "description": "Walks the list from place to place, however long it is: empty at the"
            " start, then as `next` and `previous` have it. Search and ordering stay the same,"
            " and an offset beside it is ignored.",
        }
        total = {
            "name": "total",
            "in": "query",
            "required": False,
            "schema": {"type": "string", "enum": list(TOTALS), "default": TOTALS[0]},
            "description": f"`bounded` counts up to {BOUND} rows, `exact` all of them, which"
            " takes its time in a long list.",
        }
        return [*super().get_schema_operation_parameters(view), cursor, total]


def pagination(request: Request, asked: Asked, page: Page) -> dict[str, object]:
    total, exact = _total(asked, page)
    links = _by_cursor if asked.walks else _by_offset
    offset, after, before = links(request, asked, page)
    return {
        "total": total,
        "totalExact": exact,
        "limit": asked.limit,
        "offset": offset,
        "next": after,
        "previous": before,
    }


def _total(asked: Asked, page: Page) -> tuple[int, bool]:
    """How many there are at least, and whether that is all."""
    if asked.exact or page.counted <= BOUND:
        return page.counted, True
    if asked.walks:
        return BOUND, False
    seen = asked.offset + page.rows if page.rows else 0
    # The end is in sight: no need to count.
    return max(BOUND, seen + page.more), bool(seen) and not page.more


def _by_offset(
    request: Request, asked: Asked, page: Page
) -> tuple[int, str | None, str | None]:
    def to(offset: int) -> str:
        return link(request, limit=asked.limit, offset=offset)

    after = to(asked.offset + asked.limit) if page.more else None
    before = to(max(0, asked.offset - asked.limit)) if asked.offset else None
    return asked.offset, after, before


def _by_cursor(
    request: Request, asked: Asked, page: Page
) -> tuple[int, str | None, str | None]:
    back = asked.place is not None and asked.place.back
    offset = 0 if back and not page.more else asked.offset

    def to(values: tuple[str, ...], rows: int) -> str:
        place = Place(values, rows < 0, max(0, offset + rows))
        return link(request, limit=asked.limit, cursor=token(place, asked.topic))

    # Where it came from there was somebody; in its own way, whoever was found beyond the page.
    onward = page.rows and (back or page.more)
    returns = page.rows and (page.more if back else asked.place is not None)
    after = to(page.last, page.rows) if onward else None
    before = to(page.first, -asked.limit) if returns else None
    return offset, after, before
