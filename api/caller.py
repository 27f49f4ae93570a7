"""Who asks: the one shape in which authentication hands a caller on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.conf import settings
from django.utils.crypto import salted_hmac
from rest_framework.request import Request

from api.facts import facts
from sre_console.audit.actor import Actor


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who proved who they are."""

    name: str
    role: str | None  # operator, viewer, traffic; None: signed in without a role
    key: str  # stands for them in counts and limits; tells nothing about the secret

    @property
    def is_authenticated(self) -> bool:
        return True

    @property
    def is_active(self) -> bool:
        return True


def caller(request: Request) -> Caller | None:
    return cast("Caller | None", request.auth)


def actor(request: Request) -> Actor:
    """The caller as the audit log wants them; only for views that refuse strangers."""
    known = caller(request)
    name, role = (known.name, known.role) if known else ("", None)
    return Actor(name=name, role=role or "", request_id=facts(request).request_id)


def short_hash(value: str) -> str:
    """A stable stand-in for a token or an address that cannot be turned back."""
    return salted_hmac("api.caller", value, algorithm="sha256").hexdigest()[:16]


def address(request: Request) -> str:
    """The client's address as the last trusted proxy saw it.

    Each proxy appends the address it was called from, so with n trusted proxies the n-th entry from the
    right is true; whatever stands left of it was sent by the client.
    """
    seen = str(request.META.get("REMOTE_ADDR") or "unknown")
    proxies = settings.TRUSTED_PROXIES
    hops = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    named = [hop.strip() for hop in hops if hop.strip()]
    if not proxies or not named:
        return seen
    return named[-min(proxies, len(named))]
