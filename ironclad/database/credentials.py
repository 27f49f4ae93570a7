"""Who signs in: as DATABASE_URL says it, or its file by now.

The password may be changed while we run. Then the server refuses the one we have, and the file
is read again: new connections have the new one, without a restart, and no request sees it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from ironclad.observability.logs import logs


class Credentials:
    """Safe from any thread. `path` is None where the address came by the environment."""

    def __init__(self, path: Path | None, user: str, password: str) -> None:
        self._path = path
        self._first = self._now = (user, password)
        self._lock = threading.Lock()

    def of(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """The parameters as they are to be used now; those of another database as they were."""
        held = (params.get("user") or "", params.get("password") or "")
        if self._path is None or held != self._first:
            return dict(params)
        user, password = self._now
        return {**params, "user": user, "password": password}

    def renewed(self, used: Mapping[str, Any]) -> bool:
        """Whether there are others by now than those that were just refused."""
        if self._path is None:
            return False
        with self._lock:
            try:
                parts = urlsplit(self._path.read_text(encoding="utf-8").strip())
            except (OSError, ValueError):
                return False  # between two versions of the file, say: the next one looks again
            found = (unquote(parts.username or ""), unquote(parts.password or ""))
            if found != self._now and all(found):
                logs.hide(found[1])
                self._now = found
            return self._now != (used.get("user"), used.get("password"))


@cache
def credentials() -> Credentials:
    """Those of the process."""
    place = settings.DATABASES["default"]
    user, password = str(place["USER"]), str(place["PASSWORD"])
    return Credentials(settings.DATABASE_URL_FILE, user, password)
