"""People of a test, and requests of theirs."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest

from sre_console.accounts.roles import Role, role_group

PASSWORD = "correct horse battery staple"


def person(name: str, role: Role | None = None) -> User:
    user = User.objects.create_user(name, password=PASSWORD)
    if role is not None:
        user.groups.add(role_group(role))
    return user


def browser() -> HttpRequest:
    """A request of somebody not signed in yet."""
    request = HttpRequest()
    request.method = "POST"
    request.session = SessionStore()
    request.user = AnonymousUser()
    request.META["REMOTE_ADDR"] = "127.0.0.1"
    return request
