"""Threads that deliver notifications. They speak to the outside world and to no database.

The evaluator's thread, which has a connection, hands them what is due and writes down how it
went: `turn` is called each beat.
"""

from __future__ import annotations

import queue
import threading

import structlog

from ironclad.resilience.bulkhead import compartment
from sre_console.incidents.channels import deliver
from sre_console.incidents.outbox import (
    Message,
    Outcome,
    messages_claim,
    outcomes_store,
)

logger = structlog.get_logger(__name__)

THREADS = 4
MOST = 16  # taken at a time


class Messenger:
    def __init__(self) -> None:
        self._due: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._done: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        self._taken = 0  # not written down yet; used by the evaluator's thread alone
        self._started = False

    def turn(self, *, leads: bool) -> None:
        """Write down what was tried, and take what is due; in a thread with a connection."""
        outcomes = self._drain()
        if outcomes:
            try:
                outcomes_store(outcomes)
            except BaseException:
                for outcome in outcomes:
                    self._done.put(outcome)
                raise
            self._taken -= len(outcomes)
        free = MOST - self._taken
        if leads and free > 0:
            self._take(free)

    def _take(self, most: int) -> None:
        messages = messages_claim(most)
        self._taken += len(messages)
        if messages and not self._started:
            self._start()
        for message in messages:
            self._due.put(message)

    def _drain(self) -> list[Outcome]:
        outcomes = []
        while True:
            try:
                outcomes.append(self._done.get_nowait())
            except queue.Empty:
                return outcomes

    def _start(self) -> None:
        self._started = True
        for number in range(THREADS):
            # Daemons: what is under way when the process ends is tried again by the next.
            threading.Thread(
                target=self._serve, name=f"ironclad-messenger-{number}", daemon=True
            ).start()

    def _serve(self) -> None:
        compartment.set("background")
        while True:
            message = self._due.get()
            try:
                outcome = deliver(message)
            except Exception as error:
                logger.exception("notification_failed", notification=message.pk)
                outcome = Outcome(message, f"{type(error).__name__} in Ironclad.")
            logger.info(
                "notification_sent" if not outcome.problem else "notification_not_sent",
                notification=message.pk,
                channel=message.channel,
                attempt=message.attempt,
                problem=outcome.problem or None,
            )
            self._done.put(outcome)
