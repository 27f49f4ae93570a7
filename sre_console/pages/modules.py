"""Which modules a page's script needs, so that the browser hears of all of them at once.

Without it the browser learns of a module only from the one that imports it: the Live page's eighty
came in seven rounds, one after the other.
"""

from __future__ import annotations

import posixpath
import re
from functools import cache
from pathlib import Path

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage

# `import … from "./a.js"`, `import "./a.js"` and `export … from "./a.js"`, over lines as well.
_IMPORT = re.compile(
    r"""^[ \t]*(?:import|export)\b[^;"']*?["'](\.{1,2}/[^"']+)["']""", re.MULTILINE
)


@cache
def needed(entry: str) -> tuple[str, ...]:
    """The static files that `entry` imports, directly or not; the nearest first."""
    found: dict[str, None] = {}
    waiting = [entry]
    while waiting:
        name = waiting.pop(0)
        for imported in imports(_source(name)):
            path = posixpath.normpath(posixpath.join(posixpath.dirname(name), imported))
            if path != entry and path not in found:
                found[path] = None
                waiting.append(path)
    return tuple(found)


def imports(source: str) -> list[str]:
    """The relative paths that a module imports. Pure."""
    return _IMPORT.findall(source)


def _source(name: str) -> str:
    found = finders.find(name)
    if isinstance(found, str):
        return Path(found).read_text(encoding="utf-8")
    # an image has the collected files alone
    with staticfiles_storage.open(name) as file:
        return str(file.read().decode())
