"""One's own second factor, by whoever is signed in: each change asks for proof, and rotates the key."""

from __future__ import annotations

from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.utils.translation import gettext

from ironclad.errors import AuthenticationRequired, Conflict
from sre_console.accounts import lockout, totp
from sre_console.accounts.actors import actor_of
from sre_console.accounts.half_signed_in import session_of
from sre_console.accounts.known_browser import browser_of
from sre_console.accounts.second_factor import (
    code_accept,
    enrol,
    has_second_factor,
    recovery_codes_renew,
    second_factor_remove,
)
from sre_console.accounts.session_store import FACTS
from sre_console.accounts.sessions import sessions_drop
from sre_console.accounts.told import people_changed
from sre_console.accounts.vault import decrypted, encrypted
from sre_console.audit.services import audited, record

_ENROLLING = "enrolling"  # in the session: the secret, encrypted


def enrolling_secret(request: HttpRequest) -> str:
    """The same one until it is confirmed."""
    held = request.session.get(_ENROLLING)
    if held:
        return decrypted(held)[0]
    secret = totp.secret_new()
    request.session[_ENROLLING] = encrypted(secret)
    return secret


def confirm(request: HttpRequest, user: User, *, code: str) -> list[str]:
    """The recovery codes. Raises AuthenticationRequired when the code is wrong."""
    if has_second_factor(user):
        raise Conflict(gettext("There is a second factor already."))
    secret = enrolling_secret(request)
    codes = enrol(actor=actor_of(request), user=user, secret=secret, code=code)
    session = session_of(request)
    del session[_ENROLLING]
    session[FACTS] = {**session[FACTS], "second_factor": True}
    sessions_drop(user, but=session.digest)
    people_changed(user.pk)
    session_renew(request, user)
    return codes


def renew_codes(request: HttpRequest, user: User, *, code: str) -> list[str]:
    """Raises AuthenticationRequired when the code is wrong."""
    _prove(request, user, code)
    codes = recovery_codes_renew(actor=actor_of(request), user=user)
    session_renew(request, user)
    return codes


def remove(request: HttpRequest, user: User, *, code: str) -> None:
    """Raises AuthenticationRequired when the code is wrong, PermissionRefused where it must be."""
    _prove(request, user, code)
    second_factor_remove(actor=actor_of(request), user=user)
    session_renew(request, user)


def session_renew(request: HttpRequest, user: User) -> None:
    """The session goes on under a new key, also after another password."""
    session = session_of(request)
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.rotate()
    session.save()


def _prove(request: HttpRequest, user: User, code: str) -> None:
    browser = browser_of(request, user)
    actor = actor_of(request)
    with audited():
        if not lockout.locked(user, browser) and code_accept(user, code):
            return
        lockout.wrong_count(user, browser, actor=actor)
        record(
            actor=actor,
            action="second_factor.refused",
            subject=user.get_username(),
            detail={"reason": "wrong code"},
        )
    raise AuthenticationRequired(gettext("This code is wrong, or was used already."))
