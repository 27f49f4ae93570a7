"""Which route a path belongs to, known before Django is asked."""

from __future__ import annotations

import re
from functools import lru_cache

from django.urls import Resolver404, resolve

UNMATCHED = "unmatched"
_SERVICE = "/api/users"
_KEPT = 4096  # paths whose pattern is remembered
_LONGEST_KEPT = 256  # characters; a client may send as many long paths as it likes
# <int:id> of path() and (?P<id>...) of re_path(), whose classes hold no brackets
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>[^()]*\)")


def is_service(path: str) -> bool:
    """Whether requests there are SLI events, and faults may reach them."""
    return path == _SERVICE or path.startswith(_SERVICE + "/")


def django_route(path: str) -> str:
    """The URL pattern as OpenAPI spells it: `/api/users/{id}`."""
    return _remembered(path) if len(path) <= _LONGEST_KEPT else _route(path)


def _route(path: str) -> str:
    try:
        match = resolve(path)
    except Resolver404:
        return UNMATCHED
    pattern = match.route.replace("^", "").removesuffix("$").removesuffix("/?")
    named = _PARAMETER.sub(lambda found: f"{{{found[1] or found[2]}}}", pattern)
    return "/" + named.strip("/")


_remembered = lru_cache(maxsize=_KEPT)(_route)
