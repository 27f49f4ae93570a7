"""Brings the database up to date before the server starts: one Django for all steps."""

from __future__ import annotations

from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from ironclad.embedded.terminal import step
from ironclad.errors import IroncladError


class Command(BaseCommand):
    help = "Migrates, sets the roles' grants, prints a sign-in link."

    def handle(self, *_arguments: object, **_options: object) -> None:
        try:
            self._prepare()
        except (Error, IroncladError) as error:
            message = f"{type(error).__name__}: {error}".strip()
            raise CommandError(message) from error

    def _prepare(self) -> None:
        with step("migrations"):
            call_command("migrate", interactive=False, verbosity=0)
        with step("database roles"):
            call_command("database_roles", stdout=StringIO())
        if settings.BUILTIN:
            call_command("sign_in_link", stdout=self.stdout)
