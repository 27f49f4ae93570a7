"""The tools of package-lock.json and the browser's library, by `npm audit`."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ironclad.embedded.browser_library import PACKAGE
from supply.audit.advisories import Advisory, Audited, NotAudited, Part, judged
from supply.requirements import ROOT

CANARY = Part("minimist", "0.0.8")  # GHSA-vh95-rmgr-6w4m
_DEADLINE = 300  # seconds


def parts(lock: Path = ROOT / "package-lock.json") -> list[Part]:
    """Everything in the lock, and what the browser gets."""
    name, _, version = PACKAGE.rpartition("@")
    held = json.loads(lock.read_text("utf-8"))["packages"]
    return [Part(name, version)] + [
        Part(each.get("name") or path.rpartition("node_modules/")[2], each["version"])
        for path, each in held.items()
        if path
    ]


def audit(asked: Iterable[Part]) -> Audited:
    """Raises NotAudited."""
    wanted = set(asked)
    with tempfile.TemporaryDirectory() as scratch:
        _write_lock(Path(scratch), sorted(wanted | {CANARY}, key=str))
        try:
            done = subprocess.run(
                ["npm", "audit", "--package-lock-only", "--json", "--include=dev"],  # noqa: S607 - a PATH of ours
                cwd=scratch,
                check=False,
                capture_output=True,
                text=True,
                timeout=_DEADLINE,
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise NotAudited(f"npm audit: {error}") from error
    try:
        report = json.loads(done.stdout)
        counted = report["metadata"]["dependencies"]["total"]
        holes = report["vulnerabilities"]
    except (ValueError, LookupError, TypeError):
        raise NotAudited(_reason(done.stdout, done.stderr)) from None
    if counted != len(wanted) + 1:
        raise NotAudited(f"npm looked at {counted} of {len(wanted) + 1} packages")
    known = {f"node_modules/{_alias(each)}": each for each in wanted | {CANARY}}
    found = [
        Advisory(part=known[node], ids=(_id(via),), fixed=_fixed(via))
        for held in holes.values()
        for node in held["nodes"]
        for via in held["via"]
        if isinstance(via, dict)
    ]
    return judged(
        "JavaScript", wanted=wanted, looked_at=wanted, found=found, canary=CANARY
    )


def _alias(part: Part) -> str:
    """A name of its own for each version, as a lock may hold several of one package."""
    return f"{part.name.replace('@', '').replace('/', '--')}--{part.version}".lower()


def _write_lock(folder: Path, every: list[Part]) -> None:
    """All parts side by side, under their aliases: npm asks by name and version alone."""
    root = {
        "name": "audit",
        "version": "1.0.0",
        "dependencies": {_alias(p): f"npm:{p.name}@{p.version}" for p in every},
    }
    packages: dict[str, dict[str, Any]] = {"": root}
    for each in every:
        held = {"name": each.name, "version": each.version}
        packages[f"node_modules/{_alias(each)}"] = held
    lock = {"name": "audit", "version": "1.0.0", "lockfileVersion": 3}
    whole = {**lock, "requires": True, "packages": packages}
    (folder / "package.json").write_text(json.dumps(root), "utf-8")
    (folder / "package-lock.json").write_text(json.dumps(whole), "utf-8")


def _id(via: dict[str, Any]) -> str:
    return str(via.get("url") or via.get("source")).rpartition("/")[2]


def _fixed(via: dict[str, Any]) -> str:
    return f"versions outside {via['range']}" if via.get("range") else ""


def _reason(out: str, told: str) -> str:
    try:
        return str(json.loads(out)["message"])
    except (ValueError, LookupError, TypeError):
        return (told.strip() or "npm gave no reason").splitlines()[0]
