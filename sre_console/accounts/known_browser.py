"""The cookie of a browser that somebody has signed in with before.

It lets nobody in. Wrong tries from such a browser are counted for themselves (see `lockout`).
"""

from __future__ import annotations

import secrets
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core import signing
from django.http import HttpRequest, HttpResponseBase

from sre_console.accounts.passwords import storable
from sre_console.accounts.tokens import digest_of

_SALT = "sre_console.accounts.known_browser"
_LIFE = 180 * 86_400  # seconds
_PEOPLE = 8  # of one browser; the longest unseen is forgotten


def browser_of(request: HttpRequest, user: User) -> str:
    """The digest that the browser's tries are counted under; empty for a stranger's."""
    mark, people = _read(request)
    return digest_of(mark) if user.pk in people else ""


def browser_by_name(request: HttpRequest, name: str) -> str:
    """The same, where it is not known yet whether the name is anybody's."""
    mark, people = _read(request)
    if not people or not storable(name):
        return ""
    known = User.objects.filter(pk__in=people, username=name).exists()
    return digest_of(mark) if known else ""


def remember(response: HttpResponseBase, request: HttpRequest, user: User) -> None:
    """Let the browser be known as this person's from now on."""
    mark, people = _read(request)
    others = [pk for pk in people if pk != user.pk]
    held = {"b": mark or secrets.token_urlsafe(32), "p": [*others, user.pk][-_PEOPLE:]}
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE,
        signing.dumps(held, salt=_SALT),
        max_age=_LIFE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _read(request: HttpRequest) -> tuple[str, list[int]]:
    try:
        held: Any = signing.loads(
            request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE, "")[:1024],
            salt=_SALT,
            max_age=_LIFE,
        )
    except signing.BadSignature:
        return "", []
    return str(held["b"]), list(held["p"])
