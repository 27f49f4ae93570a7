"""manage.py migrate: Django's, with bounds on what it waits for and another try for a lock."""

from __future__ import annotations

from typing import Any

from django.core.management import CommandError
from django.core.management.commands import migrate
from django.db import OperationalError, connections

from ironclad.database.migrating import LOCK_WAIT, STATEMENT, bounded, patiently
from ironclad.errors import DeadlineExceeded


class Command(migrate.Command):
    help = (
        f"{migrate.Command.help} Waits {LOCK_WAIT:g} s at most for a lock, tries again for a"
        f" while, and gives each statement {STATEMENT:g} s."
    )

    def handle(self, *arguments: Any, **options: Any) -> None:
        connection = connections[options["database"]]
        with bounded(connection):
            try:
                # What is done is committed migration by migration: a new try goes on from there.
                patiently(
                    lambda: super(Command, self).handle(*arguments, **options),
                    said=self.stdout.write,
                )
            except OperationalError as error:
                if getattr(error.__cause__, "sqlstate", "") != "55P03":
                    raise
                message = (
                    "Somebody holds a lock that the migration needs, and did not let go. Nothing"
                    " of that migration is done; see pg_stat_activity for who, and run it again."
                )
                raise CommandError(message) from error
            except DeadlineExceeded as error:
                message = (
                    f"A statement of the migration took over {STATEMENT:g} s and was cut; nothing"
                    " of that migration is done."
                )
                raise CommandError(message) from error
