"""A whole run as JSON, and what it is compared with."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.load.figures import Figure
from tests.load.shaped.parts.part import Part

MIX = "crud"  # the built-in traffic's: 80 % reads, 20 % writes
_SAME = ("shape", "server", "processes", "cores", "mix", "target")
_NOISE = 0.1  # of a number: less is no change that anybody should read something into
# Of these more is better; of all others less.
_MORE = ("knee requests/s", "answered well/s in the spike", "requests/s")


@dataclass(frozen=True)
class Outcome:
    """`about` is the machine, versions and settings; `target` an address, or "own"."""

    at: datetime
    shape: str
    server: str
    processes: int
    cores: int
    target: str
    parts: Sequence[Part]
    about: Mapping[str, Mapping[str, str]]

    @property
    def ok(self) -> bool:
        return bool(self.parts) and all(part.ok for part in self.parts)

    @property
    def knee(self) -> Part | None:
        return next((part for part in self.parts if part.knee_rps), None)

    @property
    def name(self) -> str:
        """Of its files."""
        return f"{self.at:%Y%m%d-%H%M%S}-{self.shape.replace(',', '+')}"

    def json(self) -> dict[str, Any]:
        knee = self.knee
        first = knee or next(iter(self.parts), None)
        return {
            "at": self.at.isoformat(timespec="seconds"),
            "shape": self.shape,
            "server": self.server,
            "processes": self.processes,
            "cores": self.cores,
            "mix": MIX,
            "knee_rps": knee.knee_rps if knee else None,
            "p99_ms": _number(first.p99_ms) if first else None,
            "thresholds": [
                _threshold(figure, f"{part.name}: {figure.what}")
                for part in self.parts
                for figure in part.figures
            ],
            "ok": self.ok,
            "target": self.target,
            "parts": [
                {
                    "name": part.name,
                    "ok": part.ok,
                    "numbers": {n: _number(v) for n, v in part.numbers.items()},
                }
                for part in self.parts
            ],
            "about": self.about,
        }


def _threshold(figure: Figure, name: str) -> dict[str, object]:
    return {
        "name": name,
        "measured": figure.measured,
        "target": figure.target,
        "ok": figure.ok,
    }


def _number(value: float | None) -> float | None:
    """JSON knows no nan and no infinity."""
    return round(value, 3) if value is not None and math.isfinite(value) else None


@dataclass(frozen=True)
class Change:
    part: str
    what: str
    before: float
    now: float

    @property
    def ratio(self) -> float:
        """nan where there was nothing before."""
        return self.now / self.before if self.before else math.nan

    @property
    def verdict(self) -> str:
        """`better`, `worse` or `same`."""
        if not abs(self.ratio - 1) > _NOISE:
            return "same"
        return "better" if (self.ratio > 1) is (self.what in _MORE) else "worse"


def last(folder: Path, like: Mapping[str, Any]) -> dict[str, Any] | None:
    """The newest summary of the same kind of run that is older than `like`."""
    found = [
        each
        for path in folder.glob("*.json")
        if (each := _read(path))
        and all(each.get(name) == like[name] for name in _SAME)
        and each["at"] < like["at"]
    ]
    return max(found, key=lambda each: each["at"], default=None)


def _read(path: Path) -> dict[str, Any] | None:
    """A file that is half written, or not ours, is nothing to compare with."""
    try:
        held = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    whole = isinstance(held, dict) and {"at", "parts", *_SAME} <= held.keys()
    return held if whole else None


def changes(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """Of each number that both have."""
    old = {part["name"]: part["numbers"] for part in before["parts"]}
    return [
        Change(part["name"], name, old[part["name"]][name], value)
        for part in now["parts"]
        for name, value in part["numbers"].items()
        if value is not None and old.get(part["name"], {}).get(name) is not None
    ]


def moment() -> datetime:
    return datetime.now(UTC)
