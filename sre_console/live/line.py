"""What waits to be told to one place, and the thread that tells it.

One at a time: a place that is slow keeps nobody waiting but those behind it. The thread ends
when nothing is left; one that hangs or has died is replaced by the next `look`.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

import structlog

from ironclad.clock import clock
from ironclad.resilience.bulkhead import compartment
from sre_console.incidents.outbox import Message, Outcome

logger = structlog.get_logger(__name__)

# Seconds for one delivery; each has a shorter deadline of its own, and this is for what no
# deadline reaches.
LONGEST = 18.0
HUNG = 3  # threads of a place that may hang; with more it is told nothing


class Line:
    """`tell` is one attempt, `done` takes how it went; both are called in the line's thread."""

    def __init__(
        self, tell: Callable[[Message], Outcome], done: Callable[[Outcome], object]
    ) -> None:
        self._tell = tell
        self._done = done
        self._lock = threading.Lock()
        self._waiting: deque[Message] = deque()
        self._now: Message | None = None  # being told
        self._began = 0.0  # of the monotonic clock
        self._thread: threading.Thread | None = None
        self._hung: list[threading.Thread] = []

    def add(self, messages: Sequence[Message]) -> None:
        with self._lock:
            self._waiting.extend(messages)

    def look(self) -> None:
        """Give up what hangs, and see to it that somebody tells the rest."""
        with self._lock:
            self._hung = [thread for thread in self._hung if thread.is_alive()]
            if self._thread is not None and self._lost(self._thread):
                self._replace(self._thread)
            if self._thread is None and self._waiting:
                self._start()

    def _lost(self, thread: threading.Thread) -> bool:
        late = self._now is not None and clock.monotonic() - self._began > LONGEST
        return late or not thread.is_alive()

    def _replace(self, thread: threading.Thread) -> None:
        hangs = thread.is_alive()
        logger.warning("notification_thread_replaced", hangs=hangs)
        if hangs:
            self._hung.append(thread)
        if self._now is not None:
            said = "It did not come to an end." if hangs else "Its thread has died."
            self._done(Outcome(self._now, said))
        self._thread = self._now = None

    def _start(self) -> None:
        if len(self._hung) >= HUNG:
            for message in self._waiting:
                self._done(Outcome(message, "Attempts before it have not ended yet."))
            self._waiting.clear()
            return
        # A daemon: what is under way when the process ends is tried again by the next.
        thread = threading.Thread(
            target=self._serve, name="ironclad-messenger", daemon=True
        )
        thread.start()  # it waits for the lock
        self._thread = thread

    def _serve(self) -> None:
        compartment.set("background")
        while (message := self._next()) is not None:
            try:
                outcome = self._tell(message)
            except Exception as error:
                logger.exception("notification_failed", notification=message.pk)
                outcome = Outcome(message, f"{type(error).__name__} in Ironclad.")
            with self._lock:
                if self._thread is not threading.current_thread():
                    return  # it took too long, and was given up
                self._now = None
                self._done(outcome)

    def _next(self) -> Message | None:
        with self._lock:
            if self._thread is not threading.current_thread():
                return None
            if not self._waiting:
                self._thread = None
                return None
            self._now, self._began = self._waiting.popleft(), clock.monotonic()
            return self._now
