"""Logging: one JSON object a line, whoever logs."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Literal, TextIO

import structlog
from django.conf import settings
from twisted.logger import STDLibLogObserver, globalLogPublisher

from ironclad.observability.fields import Fields, render
from ironclad.observability.redaction import Redaction
from ironclad.observability.secret_values import secret_values
from ironclad.observability.sink import FileSink, Sink, StreamSink

_QUIETER = {
    "django.security.DisallowedHost": logging.CRITICAL,
    "django.channels.server": logging.WARNING,
    "daphne.http_protocol": logging.INFO,
    "asyncio": logging.WARNING,
    "twisted": logging.WARNING,  # its own access lines hold raw paths
    "httpx": logging.WARNING,  # its lines hold whole URLs
    "httpcore": logging.WARNING,  # and its own, headers
    "psycopg.pool": logging.ERROR,  # says each failed attempt; we say it once
}


class Logs:
    """The sink of this process, which the access log writes to directly."""

    def __init__(self) -> None:
        self.sink: Sink = StreamSink("stderr")
        self._redaction = Redaction()
        self._twisted_observed = False

    def configure(
        self, target: TextIO | Path | Literal["stdout", "stderr"] = "stdout"
    ) -> None:
        """Send all logs to a stream, or to a file that is rotated. May be called again."""
        self.sink = FileSink(target) if isinstance(target, Path) else StreamSink(target)
        level = logging.getLevelNamesMapping()[settings.LOG_LEVEL]
        self._redaction = Redaction(secret_values())
        processors: list[structlog.typing.Processor] = [
            Fields(settings.APP_VERSION),
            self._redaction,
            render,
        ]
        structlog.configure(
            processors=[_level, *processors],
            wrapper_class=structlog.make_filtering_bound_logger(level),
            logger_factory=lambda *names: _Line(names[0] if names else ""),
            cache_logger_on_first_use=False,
        )
        handler = _Handler()
        handler.setFormatter(
            structlog.stdlib.ProcessorFormatter(processors=[*processors])
        )
        root = logging.getLogger()
        for old in [h for h in root.handlers if isinstance(h, _Handler)]:
            root.removeHandler(old)
        root.addHandler(handler)
        root.setLevel(level)
        for name, least in _QUIETER.items():
            logging.getLogger(name).setLevel(max(level, least))
        logging.getLogger("django.request").addFilter(_has_failure)
        self._observe_twisted()

    def hide(self, secret: str) -> None:
        """One that was learnt while we run: no line after this holds it."""
        self._redaction.hide(secret)

    def _observe_twisted(self) -> None:
        # Beside what the server chooses: it would throw Twisted's log away.
        if not self._twisted_observed:
            self._twisted_observed = True
            globalLogPublisher.addObserver(STDLibLogObserver())  # type: ignore[arg-type] # zope


def _has_failure(record: logging.LogRecord) -> bool:
    """Each request has its access line; Django would say it again, with the raw path."""
    return bool(record.exc_info)


class _Line:
    """What structlog writes finished lines to."""

    def __init__(self, name: str) -> None:
        self.name = name

    def msg(self, line: str) -> None:
        logs.sink.write(line)

    debug = info = warning = warn = error = critical = fatal = exception = log = msg


class _Handler(logging.Handler):
    """Passes the standard library's records on, formatted."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            logs.sink.write(self.format(record))
        except Exception:  # noqa: BLE001 - the standard library's own rule for handlers
            self.handleError(record)


def _level(
    _logger: object, method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    event["level"] = {"exception": "error", "warn": "warning"}.get(method, method)
    return event


logs = Logs()
configure = logs.configure
