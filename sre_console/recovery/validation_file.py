"""A validation that was run elsewhere, as a file: read with bounds before it is believed."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from ironclad.recovery.failure import RecoveryFailed
from sre_console.recovery.recording import Restored

_MOST = 1_000_000  # bytes of the file
_CHECKS, _TABLES, _WORDS = 50, 500, 500  # at most; characters of a check
_AHEAD = timedelta(minutes=5)  # clocks differ
_MOMENTS = ("started_at", "ended_at", "reached_at")
_NUMBERS = ("recovery_seconds", "lost_seconds")
_WHOLE = ("size", "wal")
_TEXTS = {"repository": 200, "label": 200, "target": 80, "reason": 1000}
_NEEDED = {"repository", "target", "started_at", "ended_at"}
_KEYS = {*_MOMENTS, *_NUMBERS, *_WHOLE, *_TEXTS, "checks", "counts", "kind"}
_LONGEST = 2**63 - 1


def written(restored: Restored) -> str:
    """What `read` reads."""
    document = asdict(restored)
    for key in _MOMENTS:
        document[key] = document[key].isoformat() if document[key] else None
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def read(path: Path) -> Restored:
    """Raises RecoveryFailed, naming what is amiss."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST + 1)
    except OSError as error:
        _refuse(f"{path} cannot be read: {error.strerror}")
    if len(text) > _MOST:
        _refuse(f"is larger than {_MOST} bytes")
    try:
        found = json.loads(text.decode("utf-8"))
    except (ValueError, RecursionError):
        _refuse("is no JSON")
    if not isinstance(found, dict) or found.get("kind") != "validation":
        _refuse('is no validation: "kind" must be "validation"')
    if strange := sorted(set(found) - _KEYS):
        _refuse(f"has fields that a validation has not: {strange[0]!r:.40}")
    if missing := sorted(key for key in _NEEDED if not found.get(key)):
        _refuse(f"has no {missing[0]}")
    return _restored(found)


def _refuse(what: str) -> NoReturn:
    message = f"the file {what}"
    raise RecoveryFailed(message, "write it with: validate_backup --json")


def _restored(found: Mapping[str, Any]) -> Restored:
    moments = {key: _moment(key, found.get(key)) for key in _MOMENTS}
    started, ended = moments["started_at"], moments["ended_at"]
    if started is None or ended is None or ended < started:
        _refuse("ends before it starts")
    checks = _checks(found.get("checks", []))
    texts = {key: _text(key, found.get(key), most) for key, most in _TEXTS.items()}
    failed = [check["name"] for check in checks if not check["passed"]]
    if failed and not texts["reason"]:
        # Whoever wrote it, a check that failed is no good validation.
        texts["reason"] = f"failed: {', '.join(failed)}"[:1000]
    return Restored(
        kind="validation",
        repository=texts["repository"],
        target=texts["target"],
        label=texts["label"],
        reason=texts["reason"],
        started_at=started,
        ended_at=ended,
        reached_at=moments["reached_at"],
        recovery_seconds=_number("recovery_seconds", found.get("recovery_seconds")),
        lost_seconds=_number("lost_seconds", found.get("lost_seconds")),
        size=_whole("size", found.get("size")),
        wal=_whole("wal", found.get("wal")),
        checks=checks,
        counts=_counts(found.get("counts", {})),
    )


def _text(key: str, value: object, most: int) -> str:
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > most or not _storable(value):
        _refuse(f"has a {key} that is no text of at most {most} characters")
    return value


def _storable(words: str) -> bool:
    """PostgreSQL takes no NUL, and no half of a surrogate pair."""
    return "\0" not in words and words.isprintable()


def _moment(key: str, value: object) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        _refuse(f"has a {key} that is no moment with a time zone")
    if moment.astimezone(UTC) > datetime.now(UTC) + _AHEAD:
        _refuse(f"has a {key} that lies ahead of now")
    return moment


def _number(key: str, value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        _refuse(f"has a {key} that is no number")
    if not (math.isfinite(value) and 0 <= value <= 10**9):
        _refuse(f"has a {key} out of range")
    return float(value)


def _whole(key: str, value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int):
        _refuse(f"has a {key} that is no whole number")
    if not 0 <= value <= _LONGEST:
        _refuse(f"has a {key} out of range")
    return value


def _checks(value: object) -> list[dict[str, Any]]:
    if not isinstance(value, list) or len(value) > _CHECKS:
        _refuse(f"has checks that are no list of at most {_CHECKS}")
    kept = []
    for each in value:
        if not isinstance(each, dict) or not isinstance(each.get("passed"), bool):
            _refuse("has a check that does not say whether it passed")
        name, told = (_text(key, each.get(key), _WORDS) for key in ("name", "told"))
        kept.append({"name": name, "passed": each["passed"], "told": told})
    return kept


def _counts(value: object) -> dict[str, Any]:
    if not isinstance(value, dict) or len(value) > _TABLES:
        _refuse(f"has counts that are no object of at most {_TABLES} tables")
    return {_text("table", name, 63): _count(each) for name, each in value.items()}


def _count(each: object) -> dict[str, Any]:
    if not isinstance(each, dict) or not isinstance(each.get("passed"), bool):
        _refuse("has a table that does not say whether it passed")
    return {
        "source": _side(each.get("source")),
        "restored": _side(each.get("restored")),
        "how": _text("how", each.get("how"), 8),
        "passed": each["passed"],
        "why": _text("why", each.get("why"), _WORDS),
    }


def _side(side: object) -> dict[str, Any] | None:
    if side is None:
        return None
    if not isinstance(side, dict):
        _refuse("has a count that is no object")
    newest = _text("newest", side.get("newest"), 40)
    return {"rows": _whole("rows", side.get("rows")), "newest": newest or None}
