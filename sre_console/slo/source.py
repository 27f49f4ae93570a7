"""Where SLIs were read from, and why not from where they should have been."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from ironclad.envelope import timestamp
from sre_console.slo.lookup import moment

Name = Literal["timeline", "prometheus"]
NAMES: tuple[Name, ...] = ("timeline", "prometheus")


class Problem(StrEnum):
    """Why Prometheus' figures are not there."""

    STARTING = "starting"  # not asked yet
    AWAY = "away"
    REFUSED = "refused"
    UNREADABLE = "unreadable"  # something that is no answer of Prometheus'
    NO_RECORDS = "no_records"  # are the rules loaded?
    LATE = "late"  # nothing was recorded lately


@dataclass(frozen=True, slots=True)
class Source:
    """The timeline's own figures have a problem only where Prometheus' were wanted."""

    name: Name = "timeline"
    problem: Problem | None = None
    since: float | None = None  # epoch; that the problem lasts

    def json(self) -> dict[str, object]:
        since = None if self.since is None else timestamp(moment(self.since))
        return {"name": self.name, "problem": self.problem, "since": since}


TIMELINE = Source()
PROMETHEUS = Source("prometheus")
