"""manage.py account_unlock: for when no administrator can do it on the page of people."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sre_console.accounts.lockout import account_unlock
from sre_console.audit.actor import SYSTEM


class Command(BaseCommand):
    help = "Let somebody try again at once whose account is locked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")

    def handle(self, *_args: object, name: str, **_options: object) -> None:
        user = User.objects.filter(username=name).first()
        if user is None:
            message = f"There is no person {name!r}."
            raise CommandError(message)
        account_unlock(actor=SYSTEM, user=user)
        self.stdout.write(f"{name} may try again.")
