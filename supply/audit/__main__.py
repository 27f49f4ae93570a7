"""`python -m supply.audit`: fails where a hole is known, and where nobody has looked."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import UTC, datetime

from supply.audit import accepted, javascript, python
from supply.audit.advisories import Audited, NotAudited, Part
from supply.requirements import ROOT, read

_LOCKS = (
    "requirements-dev.txt",
    "requirements-node.txt",
    "requirements-uvicorn.txt",
)


def python_parts() -> list[Part]:
    return [Part(pin.name, pin.version) for name in _LOCKS for pin in read(ROOT / name)]


def main() -> int:
    halves: list[tuple[str, Callable[[], Audited]]] = [
        ("Python", lambda: python.audit(python_parts())),
        ("JavaScript", lambda: javascript.audit(javascript.parts())),
    ]
    done: list[Audited] = []
    for what, look in halves:
        try:
            done.append(look())
        except NotAudited as reason:
            print(f"✗ {what}: not audited: {reason}")
    whole = len(done) == len(halves)
    told = accepted.open_ones(
        [each for half in done for each in half.advisories],
        accepted.read(),
        datetime.now(UTC).date(),
        whole=whole,
    )
    for line in told:
        print(f"✗ {line}")
    if not told:
        for half in done:
            print(f"✓ {half.what}: {len(half.parts)} packages, none with an open hole")
    return bool(told) or not whole


if __name__ == "__main__":
    sys.exit(main())
