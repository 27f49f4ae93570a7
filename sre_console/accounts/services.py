"""Signing in and out, one-time links, and roles; each audited in its own transaction."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.db.models.functions import Now
from django.http import HttpRequest

from ironclad.errors import AuthenticationRequired, PermissionRefused
from sre_console.accounts.actors import actor_of, request_id
from sre_console.accounts.roles import Role, role_group, role_of
from sre_console.accounts.tokens import BUILTIN_OPERATOR, digest_of
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.audit.services import audited, record
from sre_console.models import SignInCode

CODE_LIFE = timedelta(minutes=10)
CODE_LONGEST = 128  # characters
MODEL_BACKEND = "django.contrib.auth.backends.ModelBackend"

# One text for a wrong name, a wrong password and a person without a role.
REFUSED = "The name and the password don't match an account that may sign in."
CODE_REFUSED = (
    "This sign-in link was used, or is older than 10 minutes. "
    "Print a new one with: manage.py sign_in_link"
)


def ensure_builtin_operator() -> User:
    """The person a one-time link signs in as; has no password."""
    _builtin_only()
    with audited():
        user, made = User.objects.get_or_create(
            username=BUILTIN_OPERATOR, defaults={"is_staff": True}
        )
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        if role_of(user) != "operator" and user.is_active:
            role_change(actor=SYSTEM, user=user, role="operator")
    return user


def sign_in_code_create() -> str:
    """A new one-time code of 256 bits; only its digest is kept."""
    _builtin_only()
    code = secrets.token_urlsafe(32)
    with audited():
        SignInCode.objects.filter(expires_at__lt=Now() - timedelta(days=1)).delete()
        SignInCode.objects.create(digest=digest_of(code), expires_at=Now() + CODE_LIFE)
        record(actor=SYSTEM, action="sign_in_code.created")
    return code


def sign_in_code_use(code: str, request: HttpRequest) -> User:
    """Sign in as the built-in operator and use the code up, also when two try at once.

    Raises AuthenticationRequired when it is unknown, used or too old.
    """
    _builtin_only()
    user = None
    with audited():
        # one UPDATE: of two at once, the second finds used_at set and gets no row
        used = SignInCode.objects.filter(
            digest=digest_of(code[:CODE_LONGEST]),
            used_at=None,
            expires_at__gt=Now(),
        ).update(used_at=Now())
        if used:
            user = ensure_builtin_operator()
        if user is not None and user.is_active:
            _enter(request, user, how="one-time link")
        else:
            _refused(request, name="", how="one-time link")
            user = None
    if user is None:  # raised outside, so that the refusal stays written
        raise AuthenticationRequired(CODE_REFUSED)
    return user


def password_sign_in(request: HttpRequest, *, username: str, password: str) -> User:
    """Raises AuthenticationRequired with one text, whatever was wrong."""
    user = None
    if _storable(username) and _storable(password):
        # outside a transaction: hashing a password takes a while on purpose
        user = authenticate(request, username=username, password=password)
    role = role_of(user)
    with audited():
        if isinstance(user, User) and role is not None:
            _enter(request, user, how="password")
            return user
        # a name nobody has may be a password typed into the wrong field: not kept
        exists = _storable(username) and User.objects.filter(username=username).exists()
        _refused(request, name=username if exists else "", how="password")
    raise AuthenticationRequired(REFUSED)


def sign_out(request: HttpRequest) -> None:
    actor = actor_of(request)
    with audited():
        logout(request)
        if actor.role != "none":
            record(actor=actor, action="sign_out", subject=actor.name)


def role_change(*, actor: Actor, user: User, role: Role | None) -> None:
    """Give a person this role alone, or none."""
    with audited():
        locked = User.objects.select_for_update().get(pk=user.pk)
        before = role_of(locked)
        roles: tuple[Role, ...] = ("operator", "viewer")
        locked.groups.remove(*(role_group(each) for each in roles))
        if role is not None:
            locked.groups.add(role_group(role))
        record(
            actor=actor,
            action="role.changed",
            subject=locked.get_username(),
            detail={"before": before, "after": role_of(locked)},
        )


def _enter(request: HttpRequest, user: User, *, how: str) -> None:
    # nobody else clears them out: a sign-in that makes one takes the dead ones away
    Session.objects.filter(expire_date__lt=Now()).delete()
    login(request, user, backend=MODEL_BACKEND)
    record(
        actor=Actor(user.get_username(), role_of(user) or "none", request_id(request)),
        action="sign_in.accepted",
        subject=user.get_username(),
        detail={"how": how},
    )


def _refused(request: HttpRequest, *, name: str, how: str) -> None:
    record(
        actor=Actor("nobody", "none", request_id(request)),
        action="sign_in.refused",
        subject=name or "unknown",
        detail={"how": how},
    )


def _builtin_only() -> None:
    if not settings.BUILTIN:
        message = "One-time links exist in the built-in profile only."
        raise PermissionRefused(message)


def _storable(text: str) -> bool:
    """Whether PostgreSQL and the password hasher can take it at all."""
    if "\x00" in text or len(text) > 4096:  # noqa: PLR2004 - longer is no password
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
