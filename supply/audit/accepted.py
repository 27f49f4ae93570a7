"""Advisories that somebody has decided to live with: supply/advisories_accepted.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from supply.audit.advisories import Advisory

FILE = Path(__file__).parents[1] / "advisories_accepted.toml"
_LONGEST = timedelta(days=180)


@dataclass(frozen=True)
class Accepted:
    """Until and with that day."""

    id: str
    package: str
    reason: str
    until: date

    def covers(self, advisory: Advisory) -> bool:
        return self.package == advisory.part.name and self.id in advisory.ids


def read(path: Path = FILE) -> list[Accepted]:
    """Raises KeyError, TypeError or ValueError where an entry is not whole."""
    held = tomllib.loads(path.read_text("utf-8")).get("accepted", [])
    found = [Accepted(**each) for each in held]
    for each in found:
        if not each.reason.strip() or type(each.until) is not date:
            raise ValueError(f"{path.name}: {each.id} needs a reason and a date")
    return found


def open_ones(
    found: Iterable[Advisory],
    accepted: Iterable[Accepted],
    today: date,
    *,
    whole: bool = True,
) -> list[str]:
    """What nobody accepts today, and entries that are wrong: a line each.

    Which entries nothing needs shows only where the `whole` was looked at.
    """
    found, accepted = list(found), list(accepted)
    told = [
        str(each)
        for each in found
        if not any(one.covers(each) and one.until >= today for one in accepted)
    ]
    for one in accepted:
        if one.until < today:
            told.append(f"{one.package}: {one.id} was accepted until {one.until}")
        elif one.until > today + _LONGEST:
            told.append(f"{one.package}: {one.id} is accepted for over half a year")
        elif whole and not any(one.covers(each) for each in found):
            told.append(f"{one.package}: {one.id} need not be accepted any more")
    return told
