"""What is sent to a drill, read into values; everything that is wrong with it is told at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ironclad.asked import Fields

REASON_MOST = 500  # characters
NOTE_MOST = 1000
SOURCE_MOST = 200
LESSONS_MOST = 8000
_ID_MOST = 2**31 - 1
# RFC 3339, and with a blank as people type it
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}(:?[0-9]{2})?)",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Measured:
    """The newest commit before and after, as somebody has read them, and where."""

    before: datetime
    after: datetime
    source: str

    @property
    def seconds(self) -> float:
        return max(0.0, (self.before - self.after).total_seconds())


@dataclass(frozen=True, slots=True)
class Tick:
    """`at` is for the steps of the timer, None: now; `restore` and `measured` for the loss."""

    done: bool
    note: str
    at: datetime | None
    restore: int | None  # a RestoreRun
    measured: Measured | None


class DrillFields(Fields):
    def number(self, name: str) -> int | None:
        if self.asked.get(name) is None:
            return None
        return self.whole(name, None, least=1, most=_ID_MOST)

    def moment(self, name: str) -> datetime | None:
        """None: it was left out, or sent as null."""
        value = self.asked.get(name)
        if value is None:
            return None
        if isinstance(value, str) and _MOMENT.fullmatch(value):
            try:
                return datetime.fromisoformat(value)
            except ValueError:
                pass  # the 31st of February
        self.wrong(
            name, f"{name} must be a time with its zone, as 2026-01-31T12:00:00Z."
        )
        return None


def start_read(asked: Mapping[str, object]) -> tuple[str, str]:
    """Of what is to be drilled and why: the scenario's key and the reason."""
    fields = DrillFields(asked)
    key = fields.line("scenario", most=63, least=1)
    reason = fields.line("reason", most=REASON_MOST, least=1)
    fields.refuse_unknown({"scenario", "reason"})
    fields.refuse()
    return key, reason


def tick_read(asked: Mapping[str, object]) -> Tick:
    fields = DrillFields(asked)
    tick = Tick(
        done=fields.truth("done", default=True),
        note=fields.text("note", most=NOTE_MOST),
        at=fields.moment("at"),
        restore=fields.number("restore"),
        measured=_measured(fields),
    )
    fields.refuse_unknown(
        {"done", "note", "at", "restore", "before", "after", "source"}
    )
    fields.refuse()
    return tick


def line_read(
    asked: Mapping[str, object], name: str, *, most: int = REASON_MOST
) -> str:
    """The one line that was sent; it may be empty."""
    fields = DrillFields(asked)
    found = fields.line(name, most=most)
    fields.refuse_unknown({name})
    fields.refuse()
    return found


def lessons_read(asked: Mapping[str, object]) -> str | None:
    """None: they were not sent, and stay what they are."""
    fields = DrillFields(asked)
    found = fields.text("lessons", most=LESSONS_MOST)
    fields.refuse_unknown({"lessons"})
    fields.refuse()
    return found if "lessons" in asked else None


def _measured(fields: DrillFields) -> Measured | None:
    before, after = fields.moment("before"), fields.moment("after")
    source = fields.line("source", most=SOURCE_MOST)
    if before is None and after is None and not source:
        return None
    for name, value in (("before", before), ("after", after), ("source", source)):
        if not value:
            fields.wrong(
                name, f"{name} is missing: before, after and source go together."
            )
    if before is None or after is None:
        return None
    return Measured(before, after, source)
