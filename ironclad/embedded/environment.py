"""The settings of the built-in profile; what the person set in the environment wins."""

from __future__ import annotations

import json
from collections.abc import Mapping, MutableMapping, Sequence
from urllib.parse import quote

from ironclad.embedded import credentials
from ironclad.embedded.account import account
from ironclad.embedded.home import Home, home
from ironclad.embedded.sockets import socket_path

DATABASE = "ironclad"
OWNER = "ironclad_owner"  # owns the database, runs migrations
BACKUP = "ironclad_backup"  # replicates: reads every byte, writes none
APP = "ironclad_app"  # serves requests; cannot alter tables or rewrite the audit log
_DEFAULTS = {
    "IRONCLAD_PROFILE": "builtin",
    "IRONCLAD_CLOCK_SCALE": "60",
    "IRONCLAD_TRAFFIC_RPS": "50",
}
_SECRETS = (
    "SECRET_KEY",
    "AUDIT_KEY",
    "IRONCLAD_OPERATOR_TOKEN",
    "IRONCLAD_TRAFFIC_TOKEN",
)
# What an older version has not made yet is made by the next start.
_NEEDED = set(credentials.NAMES) - {"BACKUP_PASSWORD"}
_BY_OWNER = frozenset({"migrate", "database_roles", "prepare", "restore"})


def profile(
    place: Home, held: Mapping[str, str], given: Mapping[str, str]
) -> dict[str, str]:
    """The environment of every process of the built-in profile but DATABASE_URL."""
    made = _DEFAULTS | {name: held[name] for name in _SECRETS}
    # NAME_FILE is a person's choice too.
    made = {name: value for name, value in made.items() if f"{name}_FILE" not in given}
    own = {name: value for name, value in given.items() if value or name not in made}
    return made | own | {"IRONCLAD_HOME": str(place.root)}


def database_url(place: Home, held: Mapping[str, str], role: str) -> str:
    """The address of the built-in database for one of its two roles."""
    password = held["OWNER_PASSWORD" if role == OWNER else "APP_PASSWORD"]
    folder = quote(str(socket_path(place.root, account())), safe="")
    return f"postgresql://{role}:{quote(password, safe='')}@/{DATABASE}?host={folder}"


def backup_address(place: Home, held: Mapping[str, str]) -> str:
    """Of the role that replicates. No database of ours: it may enter none of them."""
    password = quote(held["BACKUP_PASSWORD"], safe="")
    folder = quote(str(socket_path(place.root, account())), safe="")
    return f"postgresql://{BACKUP}:{password}@/postgres?host={folder}"


def complete(environment: MutableMapping[str, str], arguments: Sequence[str]) -> None:
    """Lets `manage.py`, called by hand, reach what `make up` made in this checkout.

    Nothing changes when the person names a database, a key or another profile.
    """
    named = ("DATABASE_URL", "SECRET_KEY", "DATABASE_URL_FILE", "SECRET_KEY_FILE")
    if any(environment.get(name) for name in named):
        return
    if environment.get("IRONCLAD_PROFILE", "builtin") != "builtin":
        return
    place = home(environment)
    if not place.secrets.exists():
        return
    held = credentials.load(place.secrets)
    if not set(held) >= _NEEDED:
        return
    command = arguments[1] if len(arguments) > 1 else ""
    owned = command in _BY_OWNER or list(arguments[1:3]) == ["audit", "retain"]
    role = OWNER if owned else APP
    environment.setdefault("PORT", str(_port(place)))
    environment.update(profile(place, held, environment))
    environment["DATABASE_URL"] = database_url(place, held, role)


def _port(place: Home) -> int:
    """The port of the instance that runs, or ran last: links and cookies name it."""
    try:
        return int(json.loads(place.processes.read_text(encoding="utf-8"))["port"])
    except (OSError, ValueError, KeyError, TypeError):
        return 3000
