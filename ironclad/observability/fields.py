"""The fields that every log line has, in their order."""

from __future__ import annotations

import json
import logging
import sys
import traceback
from datetime import UTC, datetime
from types import TracebackType

from structlog.typing import EventDict

from ironclad.envelope import timestamp
from ironclad.observability.context import request_id

SERVICE = "ironclad-backend"
_Failure = tuple[type[BaseException], BaseException, TracebackType | None]


class Fields:
    """A structlog processor: timestamp, level, message, service, version, logger, requestId."""

    def __init__(self, version: str) -> None:
        self._version = version

    def __call__(self, logger: object, method: str, event: EventDict) -> EventDict:
        record: logging.LogRecord | None = event.pop("_record", None)
        event.pop("_from_structlog", None)
        level = event.pop("level", None) or (record.levelname if record else method)
        line: EventDict = {
            "timestamp": timestamp(datetime.now(UTC)),
            "level": str(level).upper(),
            "message": event.pop("event", ""),
            "service": SERVICE,
            "version": self._version,
            "logger": event.pop("logger", None)
            or (record.name if record else getattr(logger, "name", "")),
            "requestId": event.pop("requestId", None) or request_id.get() or None,
        }
        failure = _failure(event.pop("exc_info", None), record)
        line.update(event)
        if failure is not None:
            line["error"] = _told(failure)
        return line


def _failure(given: object, record: logging.LogRecord | None) -> _Failure | None:

    if not given and record is not None:
        given = record.exc_info
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    if isinstance(given, tuple):
        return given if given[0] is not None else None
    if given:
        current = sys.exc_info()
        return current if current[0] is not None else None
    return None


def _told(failure: _Failure) -> dict[str, str]:
    kind, error, trace = failure
    return {
        "type": kind.__qualname__,
        "message": str(error),
        "stack": "".join(traceback.format_exception(kind, error, trace)),
    }


def render(_logger: object, _method: str, event: EventDict) -> str:
    return json.dumps(event, default=repr, ensure_ascii=False, separators=(",", ":"))
