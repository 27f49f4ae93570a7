"""Brings the database up to date before the server starts: one Django for all steps."""

from __future__ import annotations

from io import StringIO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from ironclad.embedded.terminal import say, step
from ironclad.errors import IroncladError
from ironclad.management.saving import save_before_migrations


class Command(BaseCommand):
    help = (
        "Saves what there is, migrates, sets the roles' grants, prints a sign-in link."
    )
    # The Job of a cluster is the database's owner: it must not have the audit log's key as well,
    # and needs none. The built-in profile records its sign-in link.
    requires_system_checks: list[str] = []

    def handle(self, *_arguments: object, **_options: object) -> None:
        try:
            self._prepare()
        except (Error, IroncladError) as error:
            message = f"{type(error).__name__}: {error}".strip()
            raise CommandError(message) from error

    def _prepare(self) -> None:
        if settings.BUILTIN:
            self.check()
        saved = None
        if settings.BUILTIN and settings.BACKUP_BEFORE_MIGRATION:
            saved = save_before_migrations()
        if saved:
            say(f"✓ {saved}")
        with step("migrations"):
            call_command("migrate", interactive=False, verbosity=0)
        with step("database roles"):
            call_command("database_roles", stdout=StringIO())
        if saved:
            saved.record()
        if settings.BUILTIN:
            call_command("sign_in_link", stdout=self.stdout)
