"""A search of the audit log as an address asks for it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

from ironclad.errors import FieldsInvalid
from sre_console.audit.searching import KINDS, TEXT_MOST, Search

# The parameter's name, and the field that it is.
TEXTS = {
    "q": "text",
    "actor": "actor",
    "action": "action",
    "kind": "kind",
    "subject": "subject",
    "address": "address",
    "request": "request_id",
}
TIMES = ("from", "to")
BEFORE = "before"
ASKED = (*TEXTS, *TIMES)
LONGEST = 255  # characters
_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TIME = re.compile(  # RFC 3339
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})",
    re.ASCII,
)
_UNSTORABLE = re.compile(r"[\x00\ud800-\udfff]")


def search_read(query: Mapping[str, str], *, form: bool = False) -> Search:
    """As a form sends it: its empty fields ask for nothing, and a whole day may stand for a time.

    Raises FieldsInvalid with every parameter that cannot be read.
    """
    problems: list[tuple[str | None, str]] = []
    found: dict[str, object] = {}
    sent = {name: text.strip() for name, text in query.items()} if form else query
    given = {name: text for name, text in sent.items() if text or not form}
    for name, field in TEXTS.items():
        text = given.get(name, "")
        most = TEXT_MOST if name == "q" else LONGEST
        if len(text) > most or _UNSTORABLE.search(text):
            problems.append((name, f"{name} must be text of at most {most} letters."))
        found[field] = text
    if "kind" in given and given["kind"] not in KINDS:
        problems.append(("kind", f"kind must be one of {', '.join(KINDS)}."))
    for name, field in (("from", "since"), ("to", "until")):
        if name in given:
            found[field] = _time(given[name], form=form, end=name == "to")
            if found[field] is None:
                told = "a time, for example 2026-01-31T12:00:00Z"
                problems.append((name, f"{name} must be {'a day or ' * form}{told}."))
    if BEFORE in given and not _NUMBER.fullmatch(given[BEFORE]):
        problems.append((BEFORE, "before must be the number of an entry."))
    elif BEFORE in given:
        found["below"] = int(given[BEFORE])
    if problems:
        raise FieldsInvalid(problems)
    return Search(**found)  # type: ignore[arg-type]


def _time(text: str, *, form: bool, end: bool) -> datetime | None:
    with suppress(ValueError, OverflowError):
        if _TIME.fullmatch(text):
            # in UTC: PostgreSQL takes no displacement as large as Python's
            return datetime.fromisoformat(text).astimezone(UTC)
        if form and _DAY.fullmatch(text):
            day = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            return day + timedelta(days=1) if end else day
    return None
