"""What an alert says when it fires or clears, from whichever source."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sre_console.incidents.severity import Severity

Source = Literal["ironclad", "alertmanager"]


def fingerprint(name: str, slo: str, severity: str) -> str:
    """Tells alerts apart; the same from both sources. 32 hexadecimal digits."""
    text = f"{name}\n{slo}\n{severity}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class AlertNews:
    """An alert that fires; `at` and `began` are wall time."""

    name: str
    slo: str  # empty: of no SLO
    severity: Severity
    service: str
    source: Source
    summary: str
    description: str
    at: datetime
    began: datetime  # when what it fires for began, as far as is known
    runbook: str = ""
    link: str = ""  # of the source
    value: float | None = None
    fault_version: int | None = None  # of the injected fault that explains it

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.name, self.slo, self.severity)
