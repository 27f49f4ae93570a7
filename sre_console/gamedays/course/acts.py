"""What a turn of a run asks the runner to do. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.scenarios.probes import HttpCall


@dataclass(frozen=True, slots=True)
class SetFaults:
    """These faults from now on; ones that are not active end what is in force."""

    spec: FaultSpec
    step: int | None = None  # that does it


@dataclass(frozen=True, slots=True)
class Ask:
    """Send this request; its answer is seen under the key at a later turn."""

    key: str
    call: HttpCall


@dataclass(frozen=True, slots=True)
class Tell:
    """Write it into the run's record (kinds: gamedays.outcome.record)."""

    kind: str
    step: int | None = None
    detail: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settle:
    """All is done and counted: judge the run."""


Act = SetFaults | Ask | Tell | Settle
