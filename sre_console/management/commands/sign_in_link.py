"""manage.py sign_in_link: print a new one-time sign-in link."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ironclad.errors import IroncladError
from sre_console.accounts.services import sign_in_code_create


class Command(BaseCommand):
    help = "Print a link that signs in as operator, once, within 10 minutes."

    def handle(self, *_args: object, **_options: object) -> None:
        try:
            code = sign_in_code_create()
        except IroncladError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"http://127.0.0.1:{settings.PORT}/enter/{code}")
