"""What an administrator does for somebody who cannot get in. Never for themselves."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext

from ironclad.errors import Conflict
from sre_console.accounts.lockout import account_unlock
from sre_console.accounts.passwords import by_provider, temporary_password_set
from sre_console.accounts.people import changeable, is_service
from sre_console.accounts.second_factor import second_factor_reset
from sre_console.accounts.told import people_changed
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited


def person_unlock(*, actor: Actor, user: User) -> None:
    """Wrong passwords are forgotten: they may try again at once."""
    with audited():
        account_unlock(actor=actor, user=changeable(actor, user))


def person_second_factor_reset(*, actor: Actor, user: User) -> None:
    """They have lost it: the next sign-in sets up another. Ends their sessions."""
    with audited():
        second_factor_reset(actor=actor, user=changeable(actor, user))
        people_changed(user.pk)


def password_reset(*, actor: Actor, user: User) -> str:
    """A new password to begin with, told this once; ends their sessions."""
    with audited():
        locked = changeable(actor, user)
        if is_service(locked):
            raise Conflict(gettext("Nobody signs in as a service."))
        if by_provider(locked):
            raise Conflict(gettext("They sign in through the identity provider."))
        password = temporary_password_set(actor=actor, user=locked)
        people_changed(user.pk)
    return password
