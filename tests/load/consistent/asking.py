"""Addresses of what is read, and what an answer says."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from tests.load.consistent.client import Reply
from tests.load.consistent.record import Page, Query, Row, Single

QUERIES = (
    Query(),
    Query(limit=100),
    Query(limit=10, offset=10),
    Query(ordering="-updated_at", limit=5),
    Query(ordering="name", offset=20),
    Query(ordering="-created_at,email", limit=15, offset=5),
    Query(search="amber"),
    Query(search="birch", ordering="-name", limit=5),
    Query(search="cedar", ordering="email", limit=10),
    Query(limit=6, walks=True),
    Query(ordering="-updated_at", limit=8, walks=True),
    Query(search="amber", ordering="name", limit=3, walks=True),
)


def target(query: Query) -> str:
    usual = Query()
    told = {
        name: getattr(query, name)
        for name in ("search", "ordering", "limit", "offset")
        if getattr(query, name) != getattr(usual, name)
    }
    if query.walks:
        told["cursor"] = ""
    return f"/api/users?{urlencode(told)}" if told else "/api/users"


def onward(reply: Reply) -> str | None:
    """The next page's address, as the answer has it."""
    if reply.status != 200:
        return None
    found = json.loads(reply.body)["meta"]["pagination"]["next"]
    if not found:
        return None
    at = urlsplit(found)
    return f"{at.path}?{at.query}"


class Reading:
    """Rows that are equal are kept once: a run's answers show each of them a thousand times."""

    def __init__(self) -> None:
        self._rows: dict[Row, Row] = {}
        self._bodies: dict[str, Page] = {}  # by entity tag

    def row(self, told: dict[str, Any]) -> Row:
        names = ("id", "name", "email", "created_at", "updated_at")
        row: Row = tuple(told[name] for name in names)
        return self._rows.setdefault(row, row)

    def page(self, reply: Reply) -> Page:
        """With 304 it is the body that the tag was given for."""
        tag = reply.headers.get("etag", "")
        if reply.status == 304:
            return self._bodies[tag]
        told = json.loads(reply.body)
        around = told["meta"]["pagination"]
        page = Page(
            rows=tuple(map(self.row, told["data"])),
            total=around["total"] if around.get("totalExact", True) else None,
            more=around["next"] is not None,
            less=around["previous"] is not None,
        )
        if tag:
            self._bodies.setdefault(tag, page)
        return page

    def single(self, reply: Reply) -> Single:
        if reply.status == 404:
            return Single(None, None)
        row = self.row(json.loads(reply.body)["data"]) if reply.body else None
        return Single(row, reply.headers.get("etag"))
