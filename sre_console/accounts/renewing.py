"""Encrypts anew, under the SECRET_KEY of now, what a key of before has encrypted."""

from __future__ import annotations

from sre_console.accounts.vault import decrypted, encrypted
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import SecondFactor


def second_factors_renew(*, actor: Actor) -> tuple[int, list[str]]:
    """How many were renewed, and whose no key of ours can read. May be run again at any time."""
    renewed, unreadable = 0, []
    with audited():
        # Locked: a sign-in that renews its own at this moment waits, or is waited for.
        for held in SecondFactor.objects.select_for_update(of=("self",)).select_related(
            "user"
        ):
            try:
                text, old = decrypted(held.secret)
            except ValueError:
                unreadable.append(held.user.get_username())
                continue
            if old:
                held.secret = encrypted(text)
                held.save(update_fields=["secret"])
                renewed += 1
        if renewed:
            record(
                actor=actor, action="second_factors.renewed", detail={"count": renewed}
            )
    return renewed, sorted(unreadable)
