"""Who asks: the one shape in which authentication hands a caller on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from django.utils.crypto import salted_hmac
from rest_framework.request import Request

from api.facts import facts
from ironclad.edge.forwarded import address_of
from sre_console.audit.actor import Actor


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody who proved who they are."""

    name: str
    role: str | None  # one of the matrix, traffic; None: signed in without a role
    key: str  # stands for them in counts and limits; tells nothing about the secret
    scopes: frozenset[str] | None = None  # of a token; None: a person, signed in
    token: str = ""  # its name

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
    if known is None:
        return Actor(name="", role="", request_id=facts(request).request_id)
    return Actor(
        name=known.name,
        role=known.role or "",
        request_id=facts(request).request_id,
        address=address(request),
        scopes=known.scopes,
        via="session" if known.scopes is None else f"token {known.token}",
    )


def short_hash(value: str) -> str:
    """A stable stand-in for a token or an address that cannot be turned back."""
    return salted_hmac("api.caller", value, algorithm="sha256").hexdigest()[:16]


def address(request: Request) -> str:
    """The client's address as the last trusted proxy saw it."""
    return address_of(request._request)  # noqa: SLF001
