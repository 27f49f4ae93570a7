"""manage.py api_token: print the built-in operator's token, or make one for somebody."""

from __future__ import annotations

import getpass

from django.conf import settings
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ironclad.errors import IroncladError
from sre_console.access.matrix import SCOPES, SYSTEM
from sre_console.accounts.tokens import DEFAULT_DAYS, MOST_DAYS, token_create
from sre_console.audit.actor import Actor


class Command(BaseCommand):
    help = (
        "Without arguments: print the built-in operator's REST token (built-in profile). "
        "With --user and --name: make a token for that person or service and print it, once."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--user", help="whose token; it acts with that person's or service's role"
        )
        parser.add_argument("--name", help="what the token is for; unique of its owner")
        parser.add_argument(
            "--scopes",
            default="read",
            help=f"what it may be used for, separated by commas, of {','.join(SCOPES)}; "
            "default: read",
        )
        parser.add_argument(
            "--days",
            type=int,
            default=DEFAULT_DAYS,
            help=f"how long it is valid, at most {MOST_DAYS}; default: {DEFAULT_DAYS}",
        )
        parser.add_argument(
            "--never", action="store_true", help="it never expires; for services only"
        )

    def handle(
        self,
        *_args: object,
        user: str | None = None,
        name: str | None = None,
        scopes: str = "read",
        days: int = DEFAULT_DAYS,
        never: bool = False,
        **_options: object,
    ) -> None:
        if user is None and name is None:
            self.stdout.write(_builtin())
        elif not user or not name:
            message = "--user and --name go together."
            raise CommandError(message)
        else:
            asked = [each.strip() for each in scopes.split(",") if each.strip()]
            self.stdout.write(_made(user, name, asked, None if never else days))


def _builtin() -> str:
    if not settings.OPERATOR_TOKEN:
        message = (
            "There is no built-in operator here; name one: --user NAME --name NAME."
        )
        raise CommandError(message)
    return str(settings.OPERATOR_TOKEN)


def _made(username: str, name: str, scopes: list[str], days: int | None) -> str:
    user = User.objects.filter(username=username).first()
    if user is None:
        message = f"There is nobody called {username!r}; see /console/people."
        raise CommandError(message)
    actor = Actor(f"{getpass.getuser()} by manage.py", SYSTEM, via="command")
    try:
        return token_create(actor=actor, user=user, name=name, days=days, scopes=scopes)
    except IroncladError as error:
        raise CommandError(error.message) from error
