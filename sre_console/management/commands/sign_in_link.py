"""manage.py sign_in_link: print a new one-time sign-in link."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ironclad.errors import IroncladError
from sre_console.access.matrix import ROLES, Role
from sre_console.accounts.services import sign_in_code_create


class Command(BaseCommand):
    help = "Print a link that signs in, once, within 10 minutes: as operator, or as --as says."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--as", dest="role", choices=ROLES, default="operator")

    def handle(
        self, *_args: object, role: str = "operator", **_options: object
    ) -> None:
        try:
            code = sign_in_code_create(cast("Role", role))
        except IroncladError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"http://127.0.0.1:{settings.PORT}/enter/{code}")
