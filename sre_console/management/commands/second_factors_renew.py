"""manage.py second_factors_renew: before a key leaves SECRET_KEY_FALLBACKS."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from sre_console.accounts.renewing import second_factors_renew
from sre_console.audit.actor import SYSTEM


class Command(BaseCommand):
    help = "Encrypts all second factors under SECRET_KEY, with which older keys may go."

    def handle(self, *_args: object, **_options: object) -> None:
        renewed, unreadable = second_factors_renew(actor=SYSTEM)
        self.stdout.write(f"{renewed} renewed; no other needs a key of before.")
        if unreadable:
            message = (
                f"No key of ours reads those of {', '.join(unreadable)}. Put the key that "
                "did into SECRET_KEY_FALLBACKS, or reset them: manage.py second_factor_reset"
            )
            raise CommandError(message)
