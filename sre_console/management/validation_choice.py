"""What a validation works with, where it is run: repository, restore, and the source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.conf import settings
from psycopg.conninfo import make_conninfo

from ironclad.embedded import credentials
from ironclad.embedded.account import account
from ironclad.embedded.home import home
from ironclad.embedded.postgres import SUPERUSER
from ironclad.embedded.sockets import socket_path
from ironclad.recovery.choice import Known, repository
from ironclad.recovery.repository import Repository
from ironclad.recovery.trial import on_trial
from sre_console.recovery.validation import Restoring


@dataclass(frozen=True, slots=True)
class Chosen:
    """`source` is a conninfo of a role that reads all and may name restore points, or None."""

    repository: Repository
    restoring: Restoring
    source: str | None
    database: str


def choose(name: str, say: Callable[[str], None]) -> Chosen:
    """By the words of --repository, or what the settings say. Raises RecoveryFailed."""
    known = Known(
        home() if settings.BUILTIN else None,
        settings.PGBACKREST_CONFIG,
        settings.PGBACKREST_STANZA,
        settings.PGBACKREST_CONFIG_INCLUDE_PATH,
    )
    return Chosen(
        repository(name, known),
        partial(on_trial, say=say),
        source(),
        str(settings.DATABASES["default"]["NAME"]),
    )


def source() -> str:
    """The database in service: of the built-in mode as its superuser, who may name points."""
    ours: dict[str, Any] = settings.DATABASES["default"]
    place = home()
    host = str(ours["HOST"])
    named: dict[str, object] = {
        "host": host, "port": ours["PORT"], "user": ours["USER"],
        "password": ours["PASSWORD"], "dbname": ours["NAME"],
    }  # fmt: skip
    if settings.BUILTIN and host == str(socket_path(place.root, account())):
        held = credentials.load(place.secrets)
        named |= {"user": SUPERUSER, "password": held.get("POSTGRES_PASSWORD", "")}
    options = {
        name: value for name, value in ours["OPTIONS"].items() if name.startswith("ssl")
    }
    given = {name: str(value) for name, value in (named | options).items() if value}
    return make_conninfo(**given, application_name="ironclad validation")
