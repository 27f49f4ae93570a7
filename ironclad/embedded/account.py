"""PostgreSQL refuses to run as root: the system account that runs it then.

Started by anybody else, PostgreSQL runs as that person and nothing here is needed.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ironclad.embedded.failure import StartError

_OWN = "ironclad-postgres"


@dataclass(frozen=True, slots=True)
class Account:
    """A system account without a way to sign in."""

    name: str
    uid: int
    gid: int


def account() -> Account | None:
    """None when we are not root; else `postgres`, or an account made for this.

    `nobody` is the last resort: other services may share it, and with it the files.
    """
    if os.geteuid() != 0:
        return None
    found = _named("postgres") or _named(_OWN) or _create() or _named("nobody")
    if found is None:
        raise StartError(
            "PostgreSQL does not run as root and there is no system account for it",
            f"run make up as an ordinary user, or: useradd --system {_OWN}",
        )
    return found


def _named(name: str) -> Account | None:
    try:
        entry = pwd.getpwnam(name)
    except KeyError:
        return None
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _create() -> Account | None:
    useradd = shutil.which("useradd", path=os.environ.get("PATH", "") + ":/usr/sbin")
    if useradd is None:
        return None
    options = ["--system", "--no-create-home", "--shell", "/usr/sbin/nologin"]
    subprocess.run([useradd, *options, _OWN], check=False, capture_output=True)
    return _named(_OWN)


def give(path: Path, owner: Account | None) -> None:
    """Makes the account the owner of a folder that PostgreSQL writes."""
    if owner is not None:
        os.chown(path, owner.uid, owner.gid)


def open_way(path: Path, owner: Account | None) -> list[Path]:
    """Lets the account pass through the folders above `path`; gives those it changed.

    The right to pass (o+x) is added where it is missing and nothing else: nobody can
    list or read more than before, only reach what is readable at a path they know.
    """
    if owner is None:
        return []
    changed = []
    for folder in path.resolve().parents:
        mode = folder.stat()
        if _may_pass(mode, owner):
            continue
        folder.chmod(stat.S_IMODE(mode.st_mode) | stat.S_IXOTH)
        changed.append(folder)
    return changed


def _may_pass(folder: os.stat_result, owner: Account) -> bool:
    if folder.st_uid == owner.uid:
        return bool(folder.st_mode & stat.S_IXUSR)
    if folder.st_gid == owner.gid:
        return bool(folder.st_mode & stat.S_IXGRP)
    return bool(folder.st_mode & stat.S_IXOTH)


def make_readable(tree: Path, owner: Account | None) -> None:
    """Lets the account read an installation made under a strict umask."""
    if owner is None:
        return
    for path in (tree, *_below(tree)):
        mode = path.stat().st_mode
        wanted = stat.S_IMODE(mode) | stat.S_IROTH
        if mode & stat.S_IXUSR:
            wanted |= stat.S_IXOTH
        if wanted != stat.S_IMODE(mode):
            path.chmod(wanted)


def _below(tree: Path) -> Iterator[Path]:
    return (path for path in tree.rglob("*") if path.exists())
