"""Bearer tokens: who sends one, how one is made and ended."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.conf import settings
from django.contrib.auth.models import AbstractUser, User
from django.db.models import Q
from django.db.models.functions import Now

from ironclad.errors import Conflict
from sre_console.accounts.roles import role_of
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import ApiToken

LONGEST = 256  # characters of a token that is worth looking up
BUILTIN_OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whoever a token belongs to; the built-in two have no row in the database."""

    name: str
    role: Literal["operator", "viewer", "traffic"]
    user: AbstractUser | None


def digest_of(secret: str) -> str:
    """SHA-256 suffices: the secrets are 256 random bits, not words that can be guessed."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def identify(raw_token: str) -> Identity | None:
    """None for a token that is unknown, expired, revoked, or whose owner has no role.

    The built-in profile's own tokens are compared in memory, so that they work without
    the database.
    """
    if not raw_token or len(raw_token) > LONGEST:
        return None
    if _same(raw_token, settings.OPERATOR_TOKEN):
        return Identity(BUILTIN_OPERATOR, "operator", None)
    if _same(raw_token, settings.TRAFFIC_TOKEN):
        return Identity("traffic", "traffic", None)
    token = (
        ApiToken.objects.filter(digest=digest_of(raw_token), revoked_at=None)
        .filter(Q(expires_at=None) | Q(expires_at__gt=Now()))
        .select_related("user")
        .first()
    )
    role = role_of(token.user) if token else None
    if token is None or role is None:
        return None
    return Identity(token.user.get_username(), role, token.user)


def token_create(
    *, actor: Actor, user: User, name: str, expires_at: datetime | None = None
) -> str:
    """A new token of this person; the only time it is told. Raises Conflict: name taken."""
    secret = secrets.token_urlsafe(32)
    with audited():
        _row, made = ApiToken.objects.get_or_create(
            name=name,
            defaults={
                "digest": digest_of(secret),
                "user": user,
                "expires_at": expires_at,
            },
        )
        if not made:
            message = f"There is a token called {name!r} already."
            raise Conflict(message, field="name")
        record(
            actor=actor,
            action="api_token.created",
            subject=name,
            detail={"user": user.get_username(), "expires": str(expires_at or "never")},
        )
    return secret


def token_revoke(*, actor: Actor, token: ApiToken) -> None:
    """End a token for good, from the next request on."""
    with audited():
        ended = ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(
            revoked_at=Now()
        )
        if ended:
            record(actor=actor, action="api_token.revoked", subject=token.name)


def _same(raw_token: str, own: str) -> bool:
    sent = raw_token.encode(errors="replace")
    return bool(own) and hmac.compare_digest(sent, own.encode())
