"""Static files under an address that says what is in all of them.

`/static/v-3f2a0c41d9e8b765/js/pages/live.js` is `js/pages/live.js` of the tree with that hash, so
it may be kept for ever. The hash stands in front of the path, not in the name: modules import each
other, and style sheets their pictures, by relative path, and find them in the same tree
(docs/adr/0044-edge-costs.md).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.contrib.staticfiles.storage import StaticFilesStorage

PREFIX = "v-"
_LENGTH = 16  # hexadecimal digits: 64 bits
_PACKED = (".gz", ".br")  # beside the files that they are copies of


@cache
def tree() -> str:
    """The hash of all static files; a tenth of a second for some 13 MB, once a process."""
    known = hashlib.sha256()
    for name, content in sorted(_files()):
        known.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return known.hexdigest()[:_LENGTH]


def _files() -> Iterator[tuple[str, bytes]]:
    root = Path(settings.STATIC_ROOT) if settings.STATIC_ROOT else None
    if root is not None and root.is_dir():
        for path in root.rglob("*"):
            if path.is_file() and path.suffix not in _PACKED:
                yield path.relative_to(root).as_posix(), path.read_bytes()
        return
    for finder in get_finders():
        for name, storage in finder.list([]):
            with storage.open(name) as file:
                yield str(name), file.read()


class TreeStorage(StaticFilesStorage):
    """Where `{% static %}` asks for addresses. The files lie where they always do."""

    def url(self, name: str | None) -> str:
        return super().url(f"{PREFIX}{tree()}/{name}" if name else name)
