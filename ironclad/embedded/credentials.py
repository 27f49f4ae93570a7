"""The secrets this installation made for itself: one file, readable by its owner only."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from ironclad.embedded.failure import StartError

# Settings and database roles; each is 256 bits or more from the system's generator.
NAMES = (
    "SECRET_KEY",
    "AUDIT_KEY",
    "IRONCLAD_OPERATOR_TOKEN",
    "IRONCLAD_TRAFFIC_TOKEN",
    "POSTGRES_PASSWORD",
    "OWNER_PASSWORD",
    "APP_PASSWORD",
    "BACKUP_PASSWORD",
)


def load(path: Path) -> dict[str, str]:
    """What the file holds. Raises StartError when it is there but not readable.

    It may be deleted: the database's passwords are set anew from the next one.
    """
    try:
        held = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise StartError(
            f"cannot read the secrets in {path}: {error}",
            "put the file back from a copy, or delete it: new secrets are made then",
        ) from error
    if not isinstance(held, dict):
        raise StartError(
            f"{path} does not hold a JSON object",
            "put the file back from a copy, or delete it: new secrets are made then",
        )
    return {str(name): str(value) for name, value in held.items()}


def complete(path: Path) -> dict[str, str]:
    """The file's secrets with the missing ones made and stored."""
    held = load(path)
    missing = [name for name in NAMES if not held.get(name)]
    if missing:
        held |= {name: secrets.token_urlsafe(48) for name in missing}
        _store(path, held)
    return held


def _store(path: Path, held: Mapping[str, str]) -> None:
    """Replaces the file in one step, so that a power cut leaves the old or the new."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(dict(held), file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
