"""manage.py await_migrations: wait until the database's tables are those of this version."""

from __future__ import annotations

import time
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor

from ironclad.errors import IroncladError
from ironclad.resilience import deadline

_LOOK = 10.0  # seconds for one
_PAUSE = 2.0  # seconds between two


class Command(BaseCommand):
    help = (
        "Ends well once no migration of this version is missing, and with an error after"
        " --patience seconds. For whatever starts a server beside the one who migrates."
    )
    # It appends nothing to the audit log, and has not the key that a server needs.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--patience", type=float, default=600, help="seconds")

    def handle(self, *, patience: float, **_options: object) -> None:
        ends = time.monotonic() + patience
        said = ""
        while why := _missing():
            if time.monotonic() >= ends:
                raise CommandError(why)
            if why != said:
                self.stdout.write(f"Waiting: {why}")
                said = why
            time.sleep(_PAUSE)
        self.stdout.write("No migration is missing.")


def _missing() -> str:
    """Why the wait is not over; nothing when it is."""
    try:
        with deadline.within(_LOOK):
            executor = MigrationExecutor(connection)
            plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except (Error, IroncladError) as error:
        return str(error).strip() or type(error).__name__
    finally:
        connection.close()
    if not plan:
        return ""
    return f"Migrations are missing: {len(plan)}, from {plan[0][0]} on."
