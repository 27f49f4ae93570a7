"""The address in a file, for services that are restarted by something else than Kubernetes."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from ironclad.rotation.address import role_of
from ironclad.rotation.failure import RotationStopped
from ironclad.rotation.place import Published


@dataclass(frozen=True, slots=True)
class FilePlace:
    """Beside it lies, while a rotation is unfinished, `PATH.rotation`: "role rotation"."""

    path: Path

    @property
    def _mark(self) -> Path:
        return self.path.with_name(f"{self.path.name}.rotation")

    def read(self) -> Published:
        try:
            url = self.path.read_text("utf-8").strip()
            marked = self._mark.read_text("utf-8") if self._mark.exists() else ""
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "it is no text"
            message = f"{self.path} cannot be read: {reason}."
            raise RotationStopped(message) from None
        role, _, rotation = marked.partition(" ")
        # A mark of another role was followed by no address: that run was cut off before it.
        published = bool(role) and role == role_of(url)
        return Published(url, rotation if published else "", finished=not published)

    def publish(self, url: str, rotation: str) -> None:
        self._replace(self._mark, f"{role_of(url)} {rotation}")
        self._replace(self.path, f"{url}\n")

    def finish(self, rotation: str) -> None:  # noqa: ARG002 - there is one mark
        self._mark.unlink(missing_ok=True)

    def _replace(self, path: Path, text: str) -> None:
        """In one step, on disk when it returns, with the owner and mode of the address's file."""
        draft = path.with_name(f"{path.name}.new")
        try:
            draft.unlink(missing_ok=True)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                was = self.path.stat()
                shutil.copymode(self.path, draft)
                if (was.st_uid, was.st_gid) != (os.geteuid(), os.getegid()):
                    os.chown(draft, was.st_uid, was.st_gid)
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
            _sync(path.parent)
        except OSError as error:
            message = f"{path} cannot be written: {error.strerror}."
            raise RotationStopped(message) from None


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
