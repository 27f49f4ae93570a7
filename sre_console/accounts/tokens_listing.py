"""Tokens as they are told: never their digest."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.utils.translation import gettext

from ironclad.errors import NotFound
from sre_console.access.checks import access_check
from sre_console.accounts.tokens import live
from sre_console.audit.actor import Actor
from sre_console.models import ApiToken


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """Somebody's live tokens, newest first."""
    return (
        ApiToken.objects.filter(live(), user=user)
        .select_related("user")
        .order_by("-created_at", "-pk")
    )


def token_get(number: int) -> ApiToken:
    """Also one that has ended. Raises NotFound."""
    found = ApiToken.objects.filter(pk=number).select_related("user").first()
    if found is None:
        raise NotFound
    return found


def owner_get(*, actor: Actor, name: str) -> User:
    """Whose tokens are asked for: one's own, or anybody's for who may do all of them.

    Raises NotFound, also for whoever may not know.
    """
    own = not name or name == actor.name
    access_check(actor, "tokens.own" if own else "tokens.all")
    found = User.objects.filter(username=name or actor.name).first()
    if found is None:
        raise NotFound(gettext("There is nobody of that name."))
    return found
