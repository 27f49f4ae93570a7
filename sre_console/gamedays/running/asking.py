"""HTTP requests of a run to this service, beside the turns: none is waited for.

One try each, without the patterns that protect calls to other systems: a retry would hide what a
probe is there to see.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit

import httpx
import structlog
from django.conf import settings

from ironclad.errors import IroncladError
from ironclad.outbound.answer import Answer
from ironclad.outbound.exchange import Exchange
from sre_console.gamedays.course.seen import Answered
from sre_console.gamedays.scenarios.probes import HttpCall
from sre_console.gamedays.scenarios.tolerance import amiss

logger = structlog.get_logger(__name__)

UNDER_WAY = 8  # requests at a time; more wait for their turn
_BODY_MOST = 256 * 1024  # bytes
_AGENT = f"ironclad/{settings.APP_VERSION} game-day"

Send = Callable[[HttpCall], Answer]


class Asker:
    """Keeps the last answer under each key. Safe to use from any thread."""

    def __init__(self, base: str | None = None, *, send: Send | None = None) -> None:
        """`base` is where this process reaches the service; by default its own port."""
        self._base = base or f"http://127.0.0.1:{settings.PORT}"
        self._send = send or self._sent
        self._lock = threading.Lock()
        self._answers: dict[str, Answered] = {}
        self._pending: set[str] = set()
        self._waiting: dict[str, HttpCall] = {}  # the longest first; one for each key

    def ask(self, key: str, call: HttpCall) -> None:
        """Send it, unless the one before under this key has not been answered yet."""
        with self._lock:
            if key in self._pending:
                return
            if len(self._pending) >= UNDER_WAY:
                self._waiting.setdefault(key, call)
                return
            self._pending.add(key)
        thread = threading.Thread(target=self._serve, args=[key, call], daemon=True)
        thread.name = "ironclad-game-day-http"
        thread.start()

    def answers(self, prefix: str) -> dict[str, Answered]:
        """What was answered so far to the keys of one run, without that prefix."""
        with self._lock:
            return {
                key.removeprefix(prefix): answered
                for key, answered in self._answers.items()
                if key.startswith(prefix)
            }

    def forget(self, prefix: str) -> None:
        with self._lock:
            for key in [*self._answers, *self._waiting]:
                if key.startswith(prefix):
                    self._answers.pop(key, None)
                    self._waiting.pop(key, None)

    def _serve(self, key: str, call: HttpCall) -> None:
        """Send it, then whatever waits."""
        while True:
            self._run(key, call)
            with self._lock:
                if not self._waiting:
                    return
                key = next(iter(self._waiting))
                call = self._waiting.pop(key)
                self._pending.add(key)

    def _run(self, key: str, call: HttpCall) -> None:
        began = time.monotonic()
        try:
            answered = self._judged(call, self._send(call), time.monotonic() - began)
        except (IroncladError, ValueError) as error:
            answered = Answered(right=False, said=str(error)[:200])
        except Exception:
            logger.exception("game_day_request_failed", path=call.path)
            answered = Answered(right=False, said="it could not be sent")
        with self._lock:
            self._pending.discard(key)
            self._answers[key] = answered

    @staticmethod
    def _judged(call: HttpCall, answer: Answer, took: float) -> Answered:
        wrong = amiss(call, answer.status, answer.body)
        said = f"{answer.status} in {took * 1000:.0f} ms"
        return Answered(right=not wrong, said=f"{said}, {wrong}" if wrong else said)

    def _sent(self, call: HttpCall) -> Answer:
        public = urlsplit(settings.CONSOLE_URL)
        headers: Mapping[str, str] = {
            "user-agent": _AGENT,
            "accept-encoding": "identity",
            # by the name that the service answers to, whatever it is reached by
            "host": public.netloc,
            "x-forwarded-proto": public.scheme,
            **{name.lower(): value for name, value in (call.headers or {}).items()},
        }
        content: bytes | None = None
        if isinstance(call.body, str):
            content = call.body.encode()
        elif call.body is not None:
            content = json.dumps(call.body).encode()
            headers = {"content-type": "application/json", **headers}
        request = httpx.Request(
            call.method, self._base + call.path, headers=headers, content=content
        )
        ends = time.monotonic() + call.timeout
        return Exchange("the service", request, ends=ends, limit=_BODY_MOST).carry()
