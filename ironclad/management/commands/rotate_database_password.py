"""manage.py rotate_database_password: a new password for the database, without a pause."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ironclad.rotation.api import Api
from ironclad.rotation.cluster import DeploymentService, SecretPlace
from ironclad.rotation.failure import RotationStopped
from ironclad.rotation.file import FilePlace
from ironclad.rotation.place import Place
from ironclad.rotation.rotation import Rotation

_OPTIONS = "-c statement_timeout=30s -c lock_timeout=10s"


class Command(BaseCommand):
    help = (
        "Run as the database's owner: give the login role that is not in use a new password,"
        " publish its address, restart the service and take the old password away. A run that"
        " was cut off is carried on. In a pod it works on a Secret and a Deployment; elsewhere"
        " with --url-file on a file, and again with --retire once the service was restarted."
    )
    # It appends nothing to the audit log, and has not the key that a server needs.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--secret", default="database-app")
        parser.add_argument("--deployment", default="backend")
        parser.add_argument(
            "--url-file", type=Path, help="what DATABASE_URL_FILE names"
        )
        parser.add_argument("--retire", action="store_true")
        parser.add_argument(
            "--timeout", type=float, default=900, help="seconds to wait"
        )

    def handle(self, *_arguments: object, **options: object) -> None:
        try:
            self._run(**options)
        except RotationStopped as error:
            raise CommandError(error.message) from error
        except psycopg.Error as error:
            message = f"The database refuses or is away: {error}".strip()
            raise CommandError(message) from error

    def _run(self, **options: object) -> None:
        file, retire = options["url_file"], options["retire"]
        timeout = float(str(options["timeout"]))
        if isinstance(file, Path):
            with self._rotation(FilePlace(file), timeout) as rotation:
                if retire:
                    rotation.retire()
                else:
                    rotation.begin()
                    self.stdout.write(
                        "Restart what reads the file, then run this with --retire."
                    )
            return
        if retire:
            message = "--retire goes with --url-file; in a pod the old password goes by itself."
            raise CommandError(message)
        api = Api.of_pod(os.environ)
        place = SecretPlace(api, str(options["secret"]))
        with self._rotation(place, timeout) as rotation:
            rotation.rotate(DeploymentService(api, str(options["deployment"])))

    @contextmanager
    def _rotation(self, place: Place, timeout: float) -> Iterator[Rotation]:
        # A connection of its own: its end, however it comes, gives the lock back.
        with psycopg.connect(
            settings.DATABASE_URL,
            autocommit=True,
            connect_timeout=10,
            application_name="ironclad rotation",
            options=_OPTIONS,
        ) as owner:
            yield Rotation(
                owner, settings.DATABASE_APP_ROLE, place, self.stdout.write, timeout
            )
