"""Bearer tokens: who sends one, how one is made and ended."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.models import AbstractUser, User
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext

from ironclad.errors import Conflict, FieldsInvalid, NotFound
from sre_console.access.checks import access_check
from sre_console.access.matrix import SCOPES, SYSTEM, TRAFFIC, permitted
from sre_console.accounts.roles import role_of
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import ApiToken, Service

PREFIX = "irn_"  # so that scanners find one that has leaked: irn_[A-Za-z0-9_-]{43}
LONGEST = 256  # characters of a token that is worth looking up
LONGEST_NAME = 64
DEFAULT_DAYS = 90
MOST_DAYS = 365
MOST_LIVE = 50  # of one owner
BUILTIN_OPERATOR = "operator"
_EVERY: frozenset[str] = frozenset(SCOPES)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whoever a token belongs to; the built-in two have no row in the database."""

    name: str
    role: str  # a Role, or traffic
    user: AbstractUser | None
    scopes: frozenset[str]
    token: str  # the token's own name
    token_id: int | None = None
    expires: datetime | None = None  # None: never


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
        return Identity(BUILTIN_OPERATOR, "operator", None, _EVERY, "built-in")
    if _same(raw_token, settings.TRAFFIC_TOKEN):
        return Identity("traffic", TRAFFIC, None, frozenset({"users"}), "built-in")
    token = (
        ApiToken.objects.filter(digest=digest_of(raw_token))
        .filter(live())
        .select_related("user")
        .first()
    )
    role = role_of(token.user) if token else None
    if token is None or role is None:
        return None
    scopes = frozenset(token.scopes)
    name = token.user.get_username()
    return Identity(
        name, role, token.user, scopes, token.name, token.pk, token.expires_at
    )


def live() -> Q:
    """Neither revoked nor expired."""
    return Q(revoked_at=None) & (Q(expires_at=None) | Q(expires_at__gt=Now()))


def token_create(
    *,
    actor: Actor,
    user: User,
    name: str,
    days: object = DEFAULT_DAYS,
    scopes: Iterable[object] = SCOPES,
) -> str:
    """A new token of this person or service; the only time it is told.

    `days` is how long it is valid, None: ever, for services alone. Raises FieldsInvalid,
    and Conflict: the name is taken by one that is live.
    """
    own = actor.name == user.get_username()
    access_check(actor, "tokens.own" if own else "tokens.all")
    name, asked = _named(name), _scopes(scopes)
    service = Service.objects.filter(pk=user.pk).exists()
    if not own and not service and actor.role != SYSTEM:
        message = gettext("People make their own tokens; make this one for a service.")
        raise FieldsInvalid([("service", message)])
    life = _life(days, service=service)
    if role_of(user) is None:
        message = gettext("Whoever has no role, or is switched off, gets no token.")
        raise FieldsInvalid([(None, message)])
    secret = PREFIX + secrets.token_urlsafe(32)
    with audited():
        alive = ApiToken.objects.filter(user=user, revoked_at=None)
        if alive.filter(name=name).exists():
            message = gettext("There is a token called “%(name)s” already.")
            raise Conflict(message % {"name": name}, field="name")
        if alive.filter(live()).count() >= MOST_LIVE:
            message = gettext("There are %(most)s tokens already; revoke one first.")
            raise Conflict(message % {"most": MOST_LIVE})
        made = ApiToken.objects.create(
            name=name,
            digest=digest_of(secret),
            user=user,
            made_by=actor.name,
            expires_at=None if life is None else Now() + life,
            scopes=asked,
        )
        made.refresh_from_db(fields=("expires_at",))
        record(
            actor=actor,
            action="api_token.created",
            subject=name,
            detail={"token": made.pk},
            after={
                "user": user.get_username(),
                "expires": str(made.expires_at or "never"),
                "scopes": asked,
            },
        )
    return secret


def token_revoke(*, actor: Actor, token: ApiToken) -> None:
    """End a token for good, from the next request on.

    Raises NotFound for whoever may not know that it exists.
    """
    owner = token.user.get_username()
    if actor.name == owner:
        access_check(actor, "tokens.own")
    elif not permitted("tokens.all", actor.role, actor.scopes):
        raise NotFound
    with audited():
        _revoke(actor, token)


def tokens_revoke(*, actor: Actor, user: User) -> int:
    """End every token of somebody; how many there were."""
    access_check(actor, "tokens.all")
    with audited():
        alive = list(ApiToken.objects.filter(live(), user=user).order_by("pk"))
        for token in alive:
            _revoke(actor, token)
    return len(alive)


def _revoke(actor: Actor, token: ApiToken) -> None:
    left = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    if left.update(revoked_at=Now()):
        record(
            actor=actor,
            action="api_token.revoked",
            subject=token.name,
            detail={"token": token.pk, "user": token.user.get_username()},
        )


def _named(name: object) -> str:
    told = name.strip() if isinstance(name, str) else ""
    if not told or len(told) > LONGEST_NAME or not told.isprintable():
        message = gettext("Say what it is for, in one line of at most %(most)s.")
        raise FieldsInvalid([("name", message % {"most": LONGEST_NAME})])
    return told


def _scopes(scopes: Iterable[object]) -> list[str]:
    """In the order of the matrix."""
    asked = list(scopes)
    if not asked or any(each not in SCOPES for each in asked):
        message = gettext("Choose one or more of %(scopes)s.")
        raise FieldsInvalid([("scopes", message % {"scopes": ", ".join(SCOPES)})])
    return [each for each in SCOPES if each in asked]


def _life(days: object, *, service: bool) -> timedelta | None:
    if days is None and service:
        return None
    whole = isinstance(days, int) and not isinstance(days, bool)
    if not whole or not 1 <= days <= MOST_DAYS:  # type: ignore[operator] # a number there
        message = gettext("Send a whole number of days from 1 to %(most)s.")
        raise FieldsInvalid([("days", message % {"most": MOST_DAYS})])
    return timedelta(days=days)  # type: ignore[arg-type]


def _same(raw_token: str, own: str) -> bool:
    sent = raw_token.encode(errors="replace")
    return bool(own) and hmac.compare_digest(sent, own.encode())
