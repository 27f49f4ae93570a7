"""Entity tags and the conditions clients make on them (RFC 9110, section 13)."""

from __future__ import annotations

from django.utils.http import parse_etags
from rest_framework.request import Request

from ironclad.errors import MalformedRequest, PreconditionFailed


def require_match(request: Request, etag: str) -> None:
    """Raise PreconditionFailed when `If-Match` is sent and names another state.

    A weak tag never matches: a change needs to know exactly what it changes.
    """
    sent = request.META.get("HTTP_IF_MATCH")
    if sent is None or sent.strip() == "*":
        return
    if etag not in parse_etags(sent):
        raise PreconditionFailed


def unchanged(request: Request, etag: str) -> bool:
    """Whether `If-None-Match` says that the client has this state already."""
    sent = request.META.get("HTTP_IF_NONE_MATCH")
    if sent is None:
        return False
    known = [tag.removeprefix("W/") for tag in parse_etags(sent)]
    return "*" in known or etag.removeprefix("W/") in known


def expected_version(request: Request) -> int | None:
    """The version that `If-Match: "41"` names; None when the client doesn't mind."""
    sent = request.META.get("HTTP_IF_MATCH")
    if sent is None or sent.strip() == "*":
        return None
    tags = parse_etags(sent)
    if len(tags) > 1:
        message = "If-Match takes one version here."
        raise MalformedRequest(message)
    text = tags[0].strip('"') if tags else ""
    if not (text.isascii() and text.isdigit()) or len(text) > 18:  # noqa: PLR2004
        raise PreconditionFailed
    return int(text)


def version_etag(version: int) -> str:
    return f'"{version}"'
