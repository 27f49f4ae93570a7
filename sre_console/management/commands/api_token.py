"""manage.py api_token: print the built-in operator's token, or make one for a person."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from ironclad.errors import IroncladError
from sre_console.accounts.roles import role_of
from sre_console.accounts.tokens import token_create
from sre_console.audit.actor import SYSTEM


class Command(BaseCommand):
    help = (
        "Without arguments: print the built-in operator's REST token (built-in profile). "
        "With --user and --name: make a token for that person and print it, once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--user", help="whose token; it acts with that person's role"
        )
        parser.add_argument("--name", help="what the token is for; unique")
        parser.add_argument(
            "--days", type=int, help="how long it is valid; default: ever"
        )

    def handle(
        self,
        *_args: object,
        user: str | None = None,
        name: str | None = None,
        days: int | None = None,
        **_options: object,
    ) -> None:
        if user is None and name is None:
            self.stdout.write(_builtin())
        elif not user or not name:
            message = "--user and --name go together."
            raise CommandError(message)
        else:
            self.stdout.write(_made(user, name, days))


def _builtin() -> str:
    if not settings.OPERATOR_TOKEN:
        message = (
            "There is no built-in operator here; name one: --user NAME --name NAME."
        )
        raise CommandError(message)
    return str(settings.OPERATOR_TOKEN)


def _made(username: str, name: str, days: int | None) -> str:
    user = User.objects.filter(username=username).first()
    if user is None or role_of(user) is None:
        message = f"There is no person {username!r} with a role; see /admin/auth/user/."
        raise CommandError(message)
    if days is not None and days < 1:
        message = "--days must be 1 or more."
        raise CommandError(message)
    expires = None if days is None else timezone.now() + timedelta(days=days)
    try:
        return token_create(actor=SYSTEM, user=user, name=name, expires_at=expires)
    except IroncladError as error:
        raise CommandError(error.message) from error
