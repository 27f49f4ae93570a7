"""The matrix, asked by services: whoever may not do a thing is refused there."""

from __future__ import annotations

from django.utils.translation import gettext

from ironclad.errors import PermissionRefused
from sre_console.access.matrix import ACTIONS, ROLES, permitted
from sre_console.audit.actor import Actor


def access_check(actor: Actor, action: str) -> None:
    """Raises PermissionRefused unless this actor may do it."""
    if not permitted(action, actor.role, actor.scopes):
        raise refusal(action, scopes=actor.scopes, role=actor.role)


def refusal(
    action: str, *, role: str | None, scopes: frozenset[str] | None
) -> PermissionRefused:
    """Says who may: a role, or a token with another scope."""
    row = ACTIONS[action]
    if scopes is not None and role in row.roles:
        if row.scope is None:
            return PermissionRefused(
                gettext("A token may not do this; sign in to the console.")
            )
        message = gettext("This token lacks the scope %(scope)s.")
        return PermissionRefused(message % {"scope": row.scope})
    named = [each for each in ROLES if each in row.roles]
    message = gettext("Only these roles may do this: %(roles)s.")
    return PermissionRefused(message % {"roles": ", ".join(named)})
