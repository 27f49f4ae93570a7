"""From a kind of request to its bytes, and from its answer back to what we know."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from sre_console.traffic.mix import Kind
from sre_console.traffic.residents import DOMAIN, PAGE, Residents

PATH = "/api/users"
_WORDS = ("ada", "grace", "linus", "edsger", "barbara", "alan", "margaret", "ken")
_GONE = 404
_MULTIPLE = 300


@dataclass(frozen=True, slots=True)
class Request:
    """`learn(status, body)` is told the answer; status 0: there was none."""

    method: str
    path: str
    body: bytes = b""
    learn: Callable[[int, bytes], None] = lambda _status, _body: None


class RequestMaker:
    """Turns the mix into requests that make sense for the users there are."""

    def __init__(self, residents: Residents, random: Random) -> None:
        self._residents = residents
        self._random = random

    def make(self, kind: Kind, now: float) -> Request:  # noqa: PLR0911 - one a kind
        residents = self._residents
        writes = kind in {Kind.CREATE, Kind.UPDATE, Kind.DELETE}
        if writes and residents.untidy:
            return self._delete()
        match kind:
            case Kind.LIST:
                offset = self._random.choice((0, 0, 0, 20))
                query = f"limit=20&offset={offset}&ordering=-created_at"
                return Request("GET", f"{PATH}?{query}", learn=self._listed)
            case Kind.SEARCH:
                return self._search(now)
            case Kind.CREATE if not residents.full:
                return self._create()
            case Kind.CREATE | Kind.UPDATE:
                return self._update()
            case Kind.DELETE:
                return self._delete()
            case _:
                return self._get()

    def _get(self) -> Request:
        own = self._residents.any_own()
        user = self._residents.any_visible() or (own[0] if own else None)
        if user is None:
            return Request("GET", f"{PATH}?limit=20", learn=self._listed)
        return Request("GET", f"{PATH}/{user}")

    def _search(self, now: float) -> Request:
        offset = self._residents.sweep(now)
        if offset is None:
            word = self._random.choice(_WORDS)
            return Request("GET", f"{PATH}?search={word}&limit=10")

        def learn(status: int, body: bytes) -> None:
            page = _page(status, body)
            if page is not None:
                self._residents.swept(now, *page)

        query = f"search=@{DOMAIN}&ordering=id&limit={PAGE}&offset={offset}"
        return Request("GET", f"{PATH}?{query}", learn=learn)

    def _create(self) -> Request:
        residents = self._residents
        email = residents.new_email()

        def learn(status: int, body: bytes) -> None:
            user = _field(status, body, "id")
            if isinstance(user, int):
                residents.created(email, user)
            else:
                residents.not_created(email)

        content = json.dumps({"name": self._name(), "email": email}).encode()
        return Request("POST", PATH, content, learn)

    def _update(self) -> Request:
        own = self._residents.any_own()
        if own is None:
            return self._get()
        user, email = own
        if self._random.random() < 1 / 2:
            content = json.dumps({"name": self._name()}).encode()
            return Request("PATCH", f"{PATH}/{user}", content)
        content = json.dumps({"name": self._name(), "email": email}).encode()
        return Request("PUT", f"{PATH}/{user}", content)

    def _delete(self) -> Request:
        user = self._residents.to_delete()
        if user is None:
            return self._get()

        def learn(status: int, _body: bytes) -> None:
            if 0 < status < _MULTIPLE or status == _GONE:
                self._residents.deleted(user)
            else:
                self._residents.not_deleted(user)

        return Request("DELETE", f"{PATH}/{user}", learn=learn)

    def _listed(self, status: int, body: bytes) -> None:
        page = _page(status, body)
        if page is not None:
            items, _ = page
            ids = [item.get("id") for item in items]
            self._residents.visible = [user for user in ids if isinstance(user, int)]

    def _name(self) -> str:
        return f"{self._random.choice(_WORDS).title()} {self._random.randrange(1000)}"


def _envelope(status: int, body: bytes) -> dict[str, object]:
    if not 0 < status < _MULTIPLE:
        return {}
    try:
        envelope = json.loads(body)
    except ValueError:
        return {}
    return envelope if isinstance(envelope, dict) else {}


def _field(status: int, body: bytes, name: str) -> object:
    data = _envelope(status, body).get("data")
    return data.get(name) if isinstance(data, dict) else None


def _page(status: int, body: bytes) -> tuple[list[dict[str, object]], int] | None:
    """The rows of one page and how many there are in all; None for a bad answer."""
    envelope = _envelope(status, body)
    rows, meta = envelope.get("data"), envelope.get("meta")
    if not isinstance(rows, list) or not isinstance(meta, dict):
        return None
    total = meta.get("pagination", {}).get("total", len(rows))
    return [row for row in rows if isinstance(row, dict)], int(total)
