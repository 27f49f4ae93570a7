"""Whose session it is, for whoever can give the browser no other cookie: a WebSocket, say.

`get_user` signs a session anew that an older key has signed, and ends one that no key has.
Looked at from here, both are left to the next request, which has an answer to put a cookie in.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from django.contrib.auth import get_user
from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest


class _OnlyRead:
    """As much of a session as `get_user` uses."""

    def __init__(self, session: SessionBase) -> None:
        self._session = session

    def __getitem__(self, key: str) -> Any:
        return self._session[key]

    def __setitem__(self, key: str, value: Any) -> None:
        """Not from here."""

    def get(self, key: str, default: Any = None) -> Any:
        return self._session.get(key, default)

    def cycle_key(self) -> None:
        """Not from here."""

    def flush(self) -> None:
        """Not from here."""


def user_of(session: SessionBase) -> User | AnonymousUser:
    seen = SimpleNamespace(session=_OnlyRead(session))
    return get_user(cast("HttpRequest", seen))
