"""Starting PostgreSQL's own programs for backups, with the password out of sight."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence

from psycopg import conninfo

_KEPT = ("PATH", "TMPDIR", "LD_LIBRARY_PATH")


def reaching(address: str) -> dict[str, str]:
    """The environment for a program that connects there: others can read a command line."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    names = {"dbname": "PGDATABASE", "application_name": "PGAPPNAME"}
    told = conninfo.conninfo_to_dict(address)
    given = {
        names.get(name, f"PG{name.upper()}"): str(value)
        for name, value in told.items()
        if value is not None
    }
    return {"LC_ALL": "C"} | kept | given


def gently(command: Sequence[str]) -> list[str]:
    """With the least claim to processor and disk."""
    idle = ["ionice", "-c", "3"] if shutil.which("ionice") else []
    return ["nice", "-n", "19", *idle, *command]


def last_words(text: str) -> str:
    """The line in which a program says why it ended, without its own name."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    told = (
        [line for line in lines if "error:" in line] or lines or ["it gave no reason"]
    )
    return told[-1].partition("error: ")[2] or told[-1]
