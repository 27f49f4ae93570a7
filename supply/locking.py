"""Writes requirements*.txt from requirements/*.in: `make lock`, `make lock UPGRADE=1`.

One resolution for every supported system and Python, so that all four files agree; and one more
each for the environment of the load tests and for uvicorn, which hold nothing else back. Which index is asked is the
caller's: PIP_INDEX_URL, or the public one; none is written down.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from packaging.markers import Marker, default_environment

from supply.requirements import ROOT, LockError, Pin, lines, pin

_OLDEST = "3.11"
# What a pin's condition is judged for: other systems and interpreters are not supported.
ENVIRONMENTS = [
    {
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "os_name": "posix",
        "platform_system": {"linux": "Linux", "darwin": "Darwin"}[system],
        "sys_platform": system,
        "platform_machine": machine,
        "python_version": ".".join(python.split(".")[:2]),
        "python_full_version": python,
        "implementation_version": python,
    }
    for system, machine in (
        ("linux", "x86_64"),
        ("linux", "aarch64"),
        ("darwin", "x86_64"),
        ("darwin", "arm64"),
    )
    for python in ("3.11.0", "3.11.9", "3.12.9", "3.13.9", "3.14.3")
]
# Each file, with the one it builds on.
FILES = {
    "product": ("requirements.txt", None),
    "builtin": ("requirements-builtin.txt", "requirements.txt"),
    "dev": ("requirements-dev.txt", "requirements-builtin.txt"),
    "node": ("requirements-node.txt", None),
}
# Installed by whoever asks for it: resolved by itself, at the others' versions wherever it can be.
ALONE = {"load": "requirements-load.txt", "uvicorn": "requirements-uvicorn.txt"}


def main(arguments: list[str]) -> int:
    upgrade = "--upgrade" in arguments
    with tempfile.TemporaryDirectory() as scratch:
        whole = Path(scratch) / "whole.txt"
        known = [pin_ for file, _ in FILES.values() for pin_ in _own(ROOT / file)]
        if not upgrade:
            whole.write_text("\n".join(each.text() for each in known) + "\n", "utf-8")
        _resolve(["dev", "node"], whole)
        pins = [pin(line) for line in lines(whole.read_text("utf-8"))]
        held = {each.name: each for each in map(simplified, pins) if each is not None}
        before: set[str] = set()
        for source, (file, below) in FILES.items():
            names = _closure(source, whole, Path(scratch))
            mine = sorted(names & set(held) - (before if below else set()))
            before = names | (before if below else set())
            _write(ROOT / file, source, below, [held[name] for name in mine])
            print(f"✓ {file}: {len(mine)} packages")
        for source, file in ALONE.items():
            kept = [] if upgrade else _own(ROOT / file)
            mine_alone = _alone(source, whole, kept, Path(scratch))
            _write(ROOT / file, source, None, mine_alone)
            print(f"✓ {file}: {len(mine_alone)} packages, by themselves")
    return 0


def simplified(each: Pin) -> Pin | None:
    """Without a condition that always holds where we run; None where it never does."""
    if not each.marker:
        return each
    marker = Marker(each.marker)
    here = {key: str(value) for key, value in default_environment().items()}
    holds = [marker.evaluate(here | environment) for environment in ENVIRONMENTS]
    if not any(holds):
        return None
    return replace(each, marker="") if all(holds) else each


def _own(path: Path) -> list[Pin]:
    """What a lock file holds itself; a line that is no pin, as of a conflict, is nothing."""
    found: list[Pin] = []
    for line in lines(path.read_text("utf-8")) if path.exists() else ():
        with contextlib.suppress(LockError):
            found.append(pin(line))
    return found


def _closure(source: str, whole: Path, scratch: Path) -> set[str]:
    """The names that one source needs, at the versions of the whole."""
    return {each.name for each in _needed(source, whole.read_text("utf-8"), scratch)}


def _alone(source: str, whole: Path, kept: list[Pin], scratch: Path) -> list[Pin]:
    """What one source needs; what it has already stays, the whole's versions come first."""
    text = whole.read_text("utf-8")
    others = {pin(line).name for line in lines(text)}
    text += "".join(each.text() + "\n" for each in kept if each.name not in others)
    needed = map(simplified, _needed(source, text, scratch))
    return sorted((e for e in needed if e is not None), key=lambda each: each.name)


def _needed(source: str, versions: str, scratch: Path) -> list[Pin]:
    out = scratch / f"{source}.txt"
    out.write_text(versions, "utf-8")
    _resolve([source], out)
    return [pin(line) for line in lines(out.read_text("utf-8"))]


def _resolve(sources: list[str], out: Path) -> None:
    """Keeps the versions that `out` has already."""
    subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "uv",
                "pip",
                "compile",
                "--quiet",
                "--no-config",
                "--universal",
            ),
            *("--python-version", _OLDEST, "--generate-hashes", "--no-emit-index-url"),
            *("--no-header", "--no-annotate", "--output-file", str(out)),
            *(f"requirements/{source}.in" for source in sources),
        ],
        cwd=ROOT,
        env=index_settings(os.environ),
        check=True,
    )


def index_settings(environment: Mapping[str, str]) -> dict[str, str]:
    """In uv's words what pip was told: it reads none of pip's."""
    same = {
        "PIP_INDEX_URL": "UV_DEFAULT_INDEX",
        "PIP_EXTRA_INDEX_URL": "UV_INDEX",
        "PIP_CERT": "SSL_CERT_FILE",
    }
    told = {
        ours: environment[theirs]
        for theirs, ours in same.items()
        if environment.get(theirs) and ours not in environment
    }
    return {**environment, **told}


def _write(path: Path, source: str, below: str | None, pins: list[Pin]) -> None:
    head = f"# Made by `make lock` from requirements/{source}.in; do not edit.\n"
    head += f"-r {below}\n" if below else ""
    path.write_text(head + "".join(each.text() + "\n" for each in pins), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
