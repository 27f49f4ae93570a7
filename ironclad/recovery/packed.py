"""A base backup's two packed files: read, compared with the manifest, laid out."""

from __future__ import annotations

import gzip
import hashlib
import os
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from ironclad.embedded.account import Account, give
from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.manifest import Manifest

BASE, WAL = "base.tar.gz", "pg_wal.tar.gz"
_CHUNK = 1 << 20
_BROKEN = (OSError, EOFError, tarfile.TarError, zlib.error)


def complaints(
    folder: Path,
    manifest: Manifest,
    needed: set[str],
    into: Path | None = None,
    owner: Account | None = None,
) -> list[str]:
    """What the packed files in `folder` are not, by the manifest and the WAL that is `needed`.

    With `into` they are unpacked on the way, for `owner`.
    """
    found: list[str] = []
    try:
        found += _base(folder / BASE, manifest, into, owner)
        below = into / "pg_wal" if into else None
        with_wal = {name for name, *_ in _unpack(folder / WAL, below, owner)}
        found += [f"no WAL segment {name}" for name in sorted(needed - with_wal)]
    except _BROKEN as error:
        if into is not None and isinstance(error, OSError) and error.errno:
            message = f"the backup cannot be laid out in {into}: {error.strerror}"
            raise RecoveryFailed(message, "see to space and rights there") from error
        found.append(f"{folder.name} cannot be read to its end: {error}")
    return found


def _base(
    packed: Path, manifest: Manifest, into: Path | None, owner: Account | None
) -> list[str]:
    found = []
    missing = set(manifest.files)
    for name, size, checksum in _unpack(packed, into, owner):
        listed = manifest.files.get(name)
        missing.discard(name)
        if listed is None:
            found.append(f"{name} is not in the manifest")
        elif size != listed.size:
            found.append(f"{name} has {size} bytes, not {listed.size}")
        elif size and checksum != listed.checksum:
            found.append(f"{name} is not as it was written (checksum)")
    return found + [f"{name} is missing" for name in sorted(missing)]


def _unpack(
    packed: Path, into: Path | None, owner: Account | None
) -> Iterator[tuple[str, int, str]]:
    """Name, bytes and SHA-256 of each file."""
    # Not by tarfile itself: pg_basebackup writes WAL as several gzip members.
    with (
        gzip.open(packed) as plain,
        tarfile.open(fileobj=plain, mode="r|", bufsize=_CHUNK) as archive,
    ):
        for member in archive:
            path = PurePosixPath(member.name)
            if path.is_absolute() or ".." in path.parts:
                message = f"{member.name!r} leads outside"
                raise tarfile.TarError(message)
            if member.isdir():
                if into is not None:
                    _folder(into / path, owner)
            elif member.isfile():
                content = archive.extractfile(member)
                yield str(path), *_copy(content, into and into / path, owner)
            else:
                message = f"{member.name!r} is a link: tablespaces are not backed up"
                raise tarfile.TarError(message)


def _copy(
    content: IO[bytes] | None, to: Path | None, owner: Account | None
) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    with open(to or os.devnull, "wb", opener=_private) as file:
        while content is not None and (chunk := content.read(_CHUNK)):
            digest.update(chunk)
            size += len(chunk)
            file.write(chunk)
    if to is not None:
        give(to, owner)
    return size, digest.hexdigest()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _folder(path: Path, owner: Account | None) -> None:
    path.mkdir(mode=0o700, exist_ok=True)
    give(path, owner)
