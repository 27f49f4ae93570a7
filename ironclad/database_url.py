"""The database's address, as Django's settings spell it.

libpq reads it, as it does for everything else that is given this address: so several servers
(`…@one:5432,two:5432/name?target_session_attrs=read-write`) mean the same to all.
"""

from __future__ import annotations

import psycopg
from django.core.exceptions import ImproperlyConfigured
from psycopg.conninfo import conninfo_to_dict

_SCHEMES = ("postgres://", "postgresql://")


def database(url: str) -> dict[str, object]:
    """Django's settings of the database at this address. Raises ImproperlyConfigured."""
    message = (
        "DATABASE_URL must look like postgresql://user:password@host:5432/name, with an"
        " encoded password and options that libpq knows; several servers have a comma between."
    )
    if not url.startswith(_SCHEMES):
        raise ImproperlyConfigured(message)
    try:
        read = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    except psycopg.ProgrammingError:
        # Without its reason, which repeats the address with the password.
        raise ImproperlyConfigured(message) from None
    # No number: an unencoded "/" in the password, a part of which would be told as a port.
    ports = read.get("port", "").split(",")
    if not read.get("dbname") or not all(port.isdigit() for port in ports if port):
        raise ImproperlyConfigured(message)
    return {
        "ENGINE": "ironclad.database",
        "NAME": read.pop("dbname"),
        "USER": read.pop("user", ""),
        "PASSWORD": read.pop("password", ""),
        "HOST": read.pop("host", ""),
        "PORT": read.pop("port", ""),
        "CONN_MAX_AGE": 0,  # the pool keeps connections, not the thread
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            "application_name": "ironclad",
            **read,
        },
    }
