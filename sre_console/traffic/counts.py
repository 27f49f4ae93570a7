"""What the generator says it did; compared with what the server says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

_SERVER_ERROR = 500


class Outcome(Enum):
    OK = "ok"
    FAILED = "failed"
    LATE = "late"


def outcome_of(status: int) -> Outcome:
    """4xx are good, as the SLOs judge them."""
    return Outcome.FAILED if status >= _SERVER_ERROR else Outcome.OK


@dataclass(slots=True)
class Counts:
    """Cumulative since the process started; `sent` = ok + failed + late + in flight."""

    sent: int = 0
    ok: int = 0
    failed: int = 0  # 5xx, refused or cut connection
    late: int = 0  # no answer within the time limit
    dropped: int = 0  # never sent: too many in flight, or the process was stalled

    @property
    def in_flight(self) -> int:
        return self.sent - self.ok - self.failed - self.late

    def finish(self, outcome: Outcome) -> None:
        match outcome:
            case Outcome.OK:
                self.ok += 1
            case Outcome.FAILED:
                self.failed += 1
            case Outcome.LATE:
                self.late += 1
