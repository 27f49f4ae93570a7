"""A sign-in, step by step: password or provider, second factor, new password, enrolment.

Each try is audited with why it was refused; the person is told the same whatever was wrong.
"""

from __future__ import annotations

from typing import Literal

from django.contrib.auth import login
from django.contrib.auth.models import User
from django.db.models.functions import Now
from django.http import HttpRequest
from django.utils.translation import gettext

from ironclad.edge.forwarded import address_of
from ironclad.errors import AuthenticationRequired
from sre_console.accounts import half_signed_in, lockout, totp
from sre_console.accounts.actors import request_id
from sre_console.accounts.half_signed_in import Half, session_of
from sre_console.accounts.known_browser import browser_of
from sre_console.accounts.passwords import (
    by_provider,
    must_change_password,
    password_matches,
    password_renew,
    storable,
)
from sre_console.accounts.people import is_service
from sre_console.accounts.roles import role_of
from sre_console.accounts.second_factor import (
    code_accept,
    enrol,
    has_second_factor,
    must_enrol,
)
from sre_console.accounts.session_store import FACTS, facts_of
from sre_console.accounts.vault import decrypted, encrypted
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import SignedIn

MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"
WRONG_TRIES = "wrong_tries"  # in the session: before this sign-in

# What is asked next; `in`: nothing, the person is signed in.
Step = Literal["code", "password", "enrol", "in"]


def refused_words() -> str:
    """One text for a wrong name, a wrong password, a lock and a person without a role."""
    return gettext("This name and password do not match an account that may sign in.")


def over_words() -> str:
    return gettext("This sign-in took too long or failed too often. Begin again.")


def actor_at(request: HttpRequest, user: User | None, *, how: str) -> Actor:
    """Whoever is signing in; nobody where it is not known who."""
    return Actor(
        name=user.get_username() if user else "nobody",
        role=(role_of(user) if user else None) or "none",
        request_id=request_id(request),
        address=address_of(request),
        via=how,
    )


def password_sign_in(
    request: HttpRequest, *, username: str, password: str, leads_on: str = ""
) -> Step:
    """Raises AuthenticationRequired with one text, whatever was wrong; BulkheadFull."""
    user = None
    if storable(username):
        user = User.objects.filter(username=username).first()
    # outside a transaction: hashing a password takes a while on purpose
    matches = password_matches(user, password)
    with audited():
        reason = _reason(request, user, matches=matches)
        if user is None or reason:
            # a name nobody has may be a password typed into the wrong field: not kept
            if user is not None and not matches:
                wrong = browser_of(request, user)
                lockout.wrong_count(
                    user, wrong, actor=actor_at(request, None, how="password")
                )
            sign_in_refused(request, user, how="password", reason=reason)
        else:
            return arrived(request, user, how="password", leads_on=leads_on)
    raise AuthenticationRequired(refused_words())  # outside: the refusal stays written


def _reason(request: HttpRequest, user: User | None, *, matches: bool) -> str:
    """Why not; empty for nothing."""
    if user is None:
        return "unknown name"
    if lockout.locked(user, browser_of(request, user)):
        return "locked"
    if not matches:
        return "wrong password"
    if is_service(user) or by_provider(user):
        return "no password lets them in"
    if not user.is_active:
        return "switched off"
    return "" if role_of(user) else "no role"


def arrived(
    request: HttpRequest, user: User, *, how: str, leads_on: str, passed: bool = False
) -> Step:
    """After the first step, within `audited`. `passed`: it was a second factor as well."""
    half_signed_in.begin(request, user, how=how, leads_on=leads_on, passed=passed)
    return _go_on(request)


def code_sign_in(request: HttpRequest, *, code: str) -> Step:
    """The second factor. Raises AuthenticationRequired."""
    user, half = half_of(request)
    browser = browser_of(request, user)
    actor = actor_at(request, user, how=half.how)
    with audited():
        kind = None
        locked = lockout.locked(user, browser)
        if not locked:
            kind = code_accept(user, code)
        if kind:
            record(
                actor=actor,
                action="second_factor.accepted",
                subject=user.get_username(),
                detail={"kind": kind},
            )
            half_signed_in.passed(request, half, user, factor=True)
            return _go_on(request)
        lockout.wrong_count(user, browser, actor=actor)
        record(
            actor=actor,
            action="second_factor.refused",
            subject=user.get_username(),
            detail={"reason": "locked" if locked else "wrong code"},
        )
        over = half_signed_in.failed(request, half)
    if over:
        raise AuthenticationRequired(over_words())
    raise AuthenticationRequired(gettext("This code is wrong, or was used already."))


def password_sign_in_renew(request: HttpRequest, *, new: str) -> Step:
    """A password of one's own in place of the temporary one. Raises ValidationFailed."""
    user, half = half_of(request)
    _expect(request, "password")
    actor = actor_at(request, user, how=half.how)
    password_renew(actor=actor, user=user, new=new, keep="")
    with audited():
        half_signed_in.passed(request, half, user, factor=False)
        return _go_on(request)


def enrol_sign_in(request: HttpRequest, *, code: str) -> list[str]:
    """The first code of a new app ends the sign-in; gives back the recovery codes."""
    user, half = half_of(request)
    _expect(request, "enrol")
    actor = actor_at(request, user, how=half.how)
    try:
        secret, _ = decrypted(half.secret)
        codes = enrol(actor=actor, user=user, secret=secret, code=code)
    except AuthenticationRequired:
        # no guess at anything: whoever enrols was shown the secret
        if half_signed_in.failed(request, half):
            raise AuthenticationRequired(over_words()) from None
        raise
    with audited():
        half_signed_in.passed(request, half, user, factor=True)
        _go_on(request)
    return codes


def enrolling_secret(request: HttpRequest) -> str:
    """The secret of the app that is being enrolled: the same one until it is confirmed."""
    _, half = half_of(request)
    _expect(request, "enrol")
    if half.secret:
        return decrypted(half.secret)[0]
    secret = totp.secret_new()
    half_signed_in.enrolling(request, half, encrypted(secret))
    return secret


def half_of(request: HttpRequest) -> tuple[User, Half]:
    """Raises AuthenticationRequired where nobody is half signed in."""
    found = half_signed_in.read(request)
    if found is None:
        raise AuthenticationRequired(over_words())
    return found


def step_of(user: User, half: Half) -> Step:
    if has_second_factor(user) and not half.passed:
        return "code"
    if half.how == "password" and must_change_password(user):
        return "password"
    if must_enrol(user) and not half.passed:
        return "enrol"
    return "in"


def sign_in_refused(
    request: HttpRequest, user: User | None, *, how: str, reason: str
) -> None:
    """Within `audited`."""
    record(
        actor=actor_at(request, None, how=how),
        action="sign_in.refused",
        subject=user.get_username() if user else "unknown",
        detail={"how": how, "reason": reason},
    )


def _expect(request: HttpRequest, step: Step) -> None:
    if step_of(*half_of(request)) != step:
        raise AuthenticationRequired(over_words())


def _go_on(request: HttpRequest) -> Step:
    user, half = half_of(request)
    step = step_of(user, half)
    if step == "in":
        _enter(request, user, half)
    return step


def _enter(request: HttpRequest, user: User, half: Half) -> None:
    # nobody else clears them out: a sign-in that makes one takes the dead ones away
    SignedIn.objects.filter(expires_at__lt=Now()).delete()
    wrong = lockout.forgive(user, browser_of(request, user))
    session = session_of(request)
    session.flush()  # a new key, and nothing of before under it
    login(request, user, backend=MODEL_BACKEND)
    session[FACTS] = facts_of(
        user,
        how=half.how,
        address=address_of(request),
        agent=str(request.META.get("HTTP_USER_AGENT", "")),
        second_factor=half.passed,
    )
    if wrong:
        session[WRONG_TRIES] = wrong
    session.save()
    record(
        actor=actor_at(request, user, how=half.how),
        action="sign_in.accepted",
        subject=user.get_username(),
        detail={"how": half.how, "second_factor": half.passed},
    )
