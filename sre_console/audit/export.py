"""Entries as CSV or JSON lines, line by line, with the SHA-256 of all that was written."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from ironclad.spreadsheet import cell
from sre_console.audit.chain import canonical
from sre_console.audit.entry import entry_json
from sre_console.models import AuditEntry

Form = Literal["csv", "jsonl"]
FORMS: tuple[Form, ...] = ("csv", "jsonl")
TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson; charset=utf-8",
}
_COLUMNS = (
    "number", "at", "actor", "role", "via", "address", "requestId", "action", "subject",
    "reason", "before", "after", "detail", "previous", "hash", "scheme", "keyId",
)  # fmt: skip


def lines(entries: Iterable[AuditEntry], form: Form) -> Iterator[bytes]:
    """In JSON lines as they are sealed; in CSV no text is a formula."""
    if form == "jsonl":
        for entry in entries:
            yield canonical(entry_json(entry)) + b"\n"
        return
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for entry in entries:
        writer.writerow([_cell(value) for value in entry_json(entry).values()])
        yield _taken(text)
    yield _taken(text)


def written(chunks: Iterable[bytes], write: Callable[[bytes], object]) -> str:
    """Write them all; the SHA-256 of the whole in hex."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
        write(chunk)
    return digest.hexdigest()


def _cell(value: object) -> object:
    if isinstance(value, dict):
        return cell(canonical(value).decode()) if value else ""
    return cell(value)


def _taken(text: io.StringIO) -> bytes:
    told = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return told
