"""People of a test, and requests of theirs."""

from __future__ import annotations

import pyotp
from django.contrib.auth.models import AnonymousUser, User
from django.http import HttpRequest
from django.test import Client

from sre_console.accounts.roles import Role, role_group
from sre_console.accounts.session_store import SessionStore
from sre_console.accounts.vault import encrypted
from sre_console.models import SecondFactor

PASSWORD = "correct horse battery staple"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


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


def enrolled(user: User, *, secret: str = SECRET) -> pyotp.TOTP:
    """Give the person an authenticator app."""
    SecondFactor.objects.create(user=user, secret=encrypted(secret))
    return pyotp.TOTP(secret)


def sign_in(
    client: Client, name: str = "ann", password: str = PASSWORD, **more: str
) -> str:
    """Where the answer to a password leads; its status where it leads nowhere."""
    sent = {"username": name, "password": password, **more}
    answer = client.post("/console/sign-in", sent)
    return answer.headers.get("Location", str(answer.status_code))
