"""Which route a path belongs to, known before Django is asked."""

from __future__ import annotations

from functools import lru_cache

from django.urls import Resolver404, resolve

UNMATCHED = "unmatched"
_SERVICE = "/api/users"
_KEPT = 4096  # paths whose pattern is remembered


def is_service(path: str) -> bool:
    """Whether requests there are SLI events, and faults may reach them."""
    return path == _SERVICE or path.startswith(_SERVICE + "/")


@lru_cache(maxsize=_KEPT)
def django_route(path: str) -> str:
    """The URL pattern without anchors and optional slash: `/api/users/<int:id>`."""
    try:
        match = resolve(path)
    except Resolver404:
        return UNMATCHED
    pattern = match.route.replace("^", "").removesuffix("$").removesuffix("/?")
    return "/" + pattern.strip("/")
