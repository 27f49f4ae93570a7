"""manage.py second_factor_reset: for when no administrator can do it on the page of people."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from sre_console.accounts.second_factor import second_factor_reset
from sre_console.audit.actor import SYSTEM


class Command(BaseCommand):
    help = "Take somebody's second factor away who has lost it; their sessions end."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")

    def handle(self, *_args: object, name: str, **_options: object) -> None:
        user = User.objects.filter(username=name).first()
        if user is None:
            message = f"There is no person {name!r}."
            raise CommandError(message)
        second_factor_reset(actor=SYSTEM, user=user)
        self.stdout.write(f"{name} has no second factor any more.")
