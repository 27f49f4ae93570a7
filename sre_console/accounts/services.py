"""One-time links, signing out, and roles; each audited in its own transaction."""

from __future__ import annotations

import secrets
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpRequest

from ironclad.errors import AuthenticationRequired, PermissionRefused
from sre_console.access.matrix import permitted
from sre_console.accounts.actors import actor_of
from sre_console.accounts.people import role_change
from sre_console.accounts.roles import ROLES, Role, role_of
from sre_console.accounts.signing_in import Step, arrived, sign_in_refused
from sre_console.accounts.tokens import digest_of
from sre_console.accounts.told import session_ended
from sre_console.audit.actor import SYSTEM
from sre_console.audit.services import audited, record
from sre_console.models import SignInCode

CODE_LIFE = timedelta(minutes=10)
CODE_LONGEST = 128  # characters
LINK = "one-time link"

CODE_REFUSED = (
    "This sign-in link was used, or is older than 10 minutes. "
    "Print a new one with: manage.py sign_in_link"
)


def ensure_builtin_person(role: Role = "operator") -> User:
    """The person whom a one-time link of this role signs in, called as the role; no password."""
    _builtin_only()
    with audited():
        user, made = User.objects.get_or_create(
            username=role, defaults={"is_staff": permitted("admin.enter", role)}
        )
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        if role_of(user) != role and user.is_active:
            role_change(actor=SYSTEM, user=user, role=role)
    return user


def sign_in_code_create(role: Role = "operator") -> str:
    """A new one-time code of 256 bits; only its digest is kept."""
    _builtin_only()
    code = secrets.token_urlsafe(32)
    with audited():
        SignInCode.objects.filter(expires_at__lt=Now() - timedelta(days=1)).delete()
        SignInCode.objects.create(
            digest=digest_of(code), expires_at=Now() + CODE_LIFE, role=role
        )
        record(actor=SYSTEM, action="sign_in_code.created", detail={"role": role})
    return code


def sign_in_code_role(code: str) -> Role | None:
    """Whom a code would sign in as; nothing is used up. None: it would be refused."""
    found = _usable(code).values_list("role", flat=True).first()
    return next((role for role in ROLES if role == found), None)


def sign_in_code_use(code: str, request: HttpRequest) -> Step:
    """Sign in as a built-in person and use the code up, also when two try at once.

    Raises AuthenticationRequired when it is unknown, used or too old.
    """
    _builtin_only()
    with audited():
        role = sign_in_code_role(code)
        # one UPDATE: of two at once, the second finds used_at set and gets no row
        used = _usable(code).update(used_at=Now())
        user = ensure_builtin_person(role) if used and role else None
        if user is not None and user.is_active:
            return arrived(request, user, how=LINK, leads_on="")
        reason = "switched off" if user else "unknown, used or too old"
        sign_in_refused(request, user, how=LINK, reason=reason)
    raise AuthenticationRequired(CODE_REFUSED)  # outside: the refusal stays written


def _usable(code: str) -> QuerySet[SignInCode]:
    return SignInCode.objects.filter(
        digest=digest_of(code[:CODE_LONGEST]), used_at=None, expires_at__gt=Now()
    )


def sign_out(request: HttpRequest) -> None:
    actor = actor_of(request)
    digest = getattr(request.session, "digest", "")
    with audited():
        logout(request)
        session_ended(digest)
        if actor.role != "none":
            record(actor=actor, action="sign_out", subject=actor.name)


def _builtin_only() -> None:
    if not settings.BUILTIN:
        message = "One-time links exist in the built-in profile only."
        raise PermissionRefused(message)
