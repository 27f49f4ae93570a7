"""Which repository a person means: the built-in mode's, another folder, or pgBackRest's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ironclad.embedded.account import account
from ironclad.embedded.home import Home
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.folder import FolderRepository, builtin_repository
from ironclad.recovery.pgbackrest import PgBackRestRepository
from ironclad.recovery.repository import Repository


@dataclass(frozen=True, slots=True)
class Known:
    """What the settings say of where backups are."""

    home: Home | None  # of the built-in profile
    config: str = ""  # pgBackRest's configuration
    stanza: str = "ironclad"
    include: str = ""


def repository(words: str, known: Known) -> Repository:
    """Of "folder:/path", "pgbackrest", "pgbackrest:STANZA", or of the settings without words.

    Raises RecoveryFailed.
    """
    kind, _, rest = words.partition(":")
    if not words:
        kind = "folder" if known.home is not None and not known.config else "pgbackrest"
    if kind == "folder":
        return _folder(rest, known)
    if kind == "pgbackrest":
        return _pgbackrest(rest, known)
    message = f"{words!r} is no repository"
    raise RecoveryFailed(message, "write folder:/PATH, or pgbackrest:STANZA")


def _folder(path: str, known: Known) -> FolderRepository:
    if path:
        place = Path(path).expanduser().resolve()
        if not (place / "base").is_dir():
            message = f"{place} is no folder of backups"
            raise RecoveryFailed(message, "name one that manage.py backup has made")
        return FolderRepository(place, account())
    if known.home is None:
        raise RecoveryFailed("no folder is named", "write folder:/PATH")
    return builtin_repository(known.home)


def _pgbackrest(stanza: str, known: Known) -> PgBackRestRepository:
    if not known.config:
        raise RecoveryFailed(
            "PGBACKREST_CONFIG is missing: where the backups are is unknown",
            "name pgBackRest's configuration in it, or --repository folder:/PATH",
        )
    include = Path(known.include) if known.include else None
    return PgBackRestRepository(
        Path(known.config), stanza or known.stanza, include, owner=account()
    )
