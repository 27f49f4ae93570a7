"""Who acts in a Django request."""

from __future__ import annotations

from django.http import HttpRequest

from ironclad.edge.forwarded import address_of
from sre_console.accounts.roles import role_of
from sre_console.audit.actor import Actor


def request_id(request: HttpRequest) -> str:
    """The edge's id of the request; empty where no edge is in front, as in some tests."""
    scope = getattr(request, "scope", None) or {}
    return str(getattr(scope.get("ironclad"), "request_id", ""))


def actor_of(request: HttpRequest) -> Actor:
    """The person signed in; a nameless one without a role otherwise."""
    user = request.user
    return Actor(
        name=user.get_username() or "nobody",
        role=role_of(user) or "none",
        request_id=request_id(request),
        address=address_of(request),
        via="session",
    )
