"""Dumps a database to one file: under its name it is whole, or it is not there."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from psycopg.pq import Conninfo

from ironclad.recovery.base_backup import sync
from ironclad.recovery.failure import RecoveryFailed


def dump(whole: Path, database: Mapping[str, Any], program: str = "pg_dump") -> int:
    """Of the database that Django's settings name so; gives its bytes. Raises RecoveryFailed."""
    draft = whole.with_name(f".{whole.name}.part")
    try:
        # Each row is in it: nobody else reads it, whatever the umask says. pg_dump keeps that.
        os.close(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        _run(draft, database, program)
        sync(draft)
        draft.replace(whole)
        sync(whole.parent)
    except OSError as error:
        message = f"no backup: {error}"
        raise RecoveryFailed(message) from error
    finally:
        draft.unlink(missing_ok=True)
    return whole.stat().st_size


def _run(file: Path, database: Mapping[str, Any], program: str) -> None:
    command = [
        program,
        "--format=custom",
        "--no-unlogged-table-data",  # counts of a minute
        "--no-password",
        f"--file={file}",
    ]
    told = os.environ | connection_environment(database)
    done = subprocess.run(  # noqa: S603 - our own words
        command, check=False, env=told, stderr=subprocess.PIPE, text=True
    )
    if done.returncode:
        message = f"no backup: {done.stderr.strip() or 'pg_dump gave no reason'}"
        raise RecoveryFailed(message)


def connection_environment(database: Mapping[str, Any]) -> dict[str, str]:
    """The connection as libpq's variables: a command line can be read by others."""
    names = {"NAME": "DATABASE", "USER": "USER", "PASSWORD": "PASSWORD"}  # nosec B105 - a name
    names |= {"HOST": "HOST", "PORT": "PORT"}
    given = {f"PG{ours}": database[name] for name, ours in names.items()}
    options = {**database["OPTIONS"], "appname": "ironclad backup"}
    options.pop("application_name", None)
    # sslmode, target_session_attrs and the like, by libpq's own table: not all are spelt alike.
    variables = {
        option.keyword.decode(): option.envvar.decode()
        for option in Conninfo.get_defaults()
        if option.envvar
    }
    given |= {
        variables.get(name, f"PG{name.upper()}"): value
        for name, value in options.items()
    }
    return {name: str(value) for name, value in given.items() if value != ""}
