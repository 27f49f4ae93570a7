"""What is sent to a drill, read into values; everything that is wrong with it is told at once. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ironclad.errors import FieldsInvalid

REASON_MOST = 500  # characters
NOTE_MOST = 1000
SOURCE_MOST = 200
LESSONS_MOST = 8000
_ID_MOST = 2**31 - 1
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_CONTROL_BUT_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
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


class Fields:
    """Reads field by field and collects what is wrong."""

    def __init__(self, asked: Mapping[str, object]) -> None:
        self._asked = asked
        self._problems: list[tuple[str | None, str]] = []

    def wrong(self, field: str, message: str) -> None:
        self._problems.append((field, message))

    def refuse(self, known: frozenset[str]) -> None:
        """Raises FieldsInvalid; `known` are the fields there are."""
        for name in sorted(set(self._asked) - known):
            self.wrong(name, "There is no such field.")
        if self._problems:
            raise FieldsInvalid(self._problems)

    def line(self, name: str, *, most: int, least: int = 0) -> str:
        return self._text(name, _CONTROL, "one line", most, least)

    def text(self, name: str, *, most: int) -> str:
        return self._text(name, _CONTROL_BUT_LINES, "text", most, 0)

    def truth(self, name: str, *, default: bool) -> bool:
        value = self._asked.get(name, default)
        if not isinstance(value, bool):
            self.wrong(name, f"{name} must be true or false.")
            return default
        return value

    def number(self, name: str) -> int | None:
        value = self._asked.get(name)
        if value is None:
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # 3.0 is whole in JSON
        if isinstance(value, bool) or not isinstance(value, int):
            self.wrong(name, f"{name} must be a whole number.")
            return None
        if not 1 <= value <= _ID_MOST:
            self.wrong(name, f"{name} must be from 1 to {_ID_MOST}.")
            return None
        return value

    def moment(self, name: str) -> datetime | None:
        """None: it was left out, or sent as null."""
        value = self._asked.get(name)
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

    def _text(
        self, name: str, never: re.Pattern[str], kind: str, most: int, least: int
    ) -> str:
        value = self._asked.get(name, "")
        if not isinstance(value, str) or len(value) > most or never.search(value):
            self.wrong(name, f"{name} must be {kind} of at most {most} characters.")
            return ""
        if len(value.strip()) < least:
            self.wrong(name, f"{name} must not be empty.")
        return value.strip()


def start_read(asked: Mapping[str, object]) -> tuple[str, str]:
    """Of what is to be drilled and why: the scenario's key and the reason."""
    fields = Fields(asked)
    key = fields.line("scenario", most=63, least=1)
    reason = fields.line("reason", most=REASON_MOST, least=1)
    fields.refuse(frozenset({"scenario", "reason"}))
    return key, reason


def tick_read(asked: Mapping[str, object]) -> Tick:
    fields = Fields(asked)
    tick = Tick(
        done=fields.truth("done", default=True),
        note=fields.text("note", most=NOTE_MOST),
        at=fields.moment("at"),
        restore=fields.number("restore"),
        measured=_measured(fields),
    )
    fields.refuse(
        frozenset({"done", "note", "at", "restore", "before", "after", "source"})
    )
    return tick


def line_read(
    asked: Mapping[str, object], name: str, *, most: int = REASON_MOST
) -> str:
    """The one line that was sent; it may be empty."""
    fields = Fields(asked)
    found = fields.line(name, most=most)
    fields.refuse(frozenset({name}))
    return found


def lessons_read(asked: Mapping[str, object]) -> str | None:
    """None: they were not sent, and stay what they are."""
    fields = Fields(asked)
    found = fields.text("lessons", most=LESSONS_MOST)
    fields.refuse(frozenset({"lessons"}))
    return found if "lessons" in asked else None


def _measured(fields: Fields) -> Measured | None:
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
