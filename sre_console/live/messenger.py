"""Delivers notifications, to each place in a line of its own, whatever becomes of the others.

The evaluator's thread, which has a connection, hands the lines what is due and writes down how
it went: `turn` is called each beat. Whoever tells speaks to the outside and to no database.
"""

from __future__ import annotations

import queue
from collections import Counter, defaultdict

import structlog

from sre_console.incidents.channels import deliver
from sre_console.incidents.outbox import (
    Message,
    Outcome,
    To,
    messages_claim,
    outcomes_store,
    places_name,
)
from sre_console.live.line import Line

logger = structlog.get_logger(__name__)

# Taken at a time: of one place so few that the last is told before its time as a claim is
# over (`outbox.CLAIMED`), though each before it takes as long as may be.
EACH = 3
MOST = 64


class Messenger:
    def __init__(self) -> None:
        self._done: queue.SimpleQueue[Outcome] = queue.SimpleQueue()
        # Not written down yet; used by the evaluator's thread alone.
        self._taken: Counter[To] = Counter()
        self._lines: dict[To, Line] = {}
        self._leads = False

    def turn(self, *, leads: bool) -> None:
        """Write down what was tried, and take what is due; in a thread with a connection."""
        for line in self._lines.values():
            line.look()
        outcomes = self._drain()
        if outcomes:
            try:
                outcomes_store(outcomes)
            except BaseException:
                for outcome in outcomes:
                    self._done.put(outcome)
                raise
            self._taken -= Counter(outcome.message.to for outcome in outcomes)
        if leads:
            if not self._leads:
                places_name()
            free = MOST - self._taken.total()
            if free > 0:
                self._take(free)
        self._leads = leads

    def _take(self, most: int) -> None:
        messages: dict[To, list[Message]] = defaultdict(list)
        for message in messages_claim(most, each=EACH, taken=self._taken):
            messages[message.to].append(message)
        for to, some in messages.items():
            self._taken[to] += len(some)
            line = self._lines.setdefault(to, Line(_told, self._done.put))
            line.add(some)
            line.look()

    def _drain(self) -> list[Outcome]:
        outcomes = []
        while True:
            try:
                outcomes.append(self._done.get_nowait())
            except queue.Empty:
                return outcomes


def _told(message: Message) -> Outcome:
    outcome = deliver(message)
    logger.info(
        "notification_sent" if not outcome.problem else "notification_not_sent",
        notification=message.pk,
        channel=message.channel,
        attempt=message.attempt,
        problem=outcome.problem or None,
    )
    return outcome
