"""Requests of a run, sent beside its turns."""

from __future__ import annotations

import threading
import time

from ironclad.outbound.answer import Answer
from sre_console.gamedays.running.asking import UNDER_WAY, Asker
from sre_console.gamedays.scenarios.probes import HttpCall

MANY = 3 * UNDER_WAY


class Service:
    """Answers once it is let go."""

    def __init__(self) -> None:
        self.open = threading.Event()
        self.lock = threading.Lock()
        self.now = self.most = self.all = 0

    def __call__(self, _call: HttpCall) -> Answer:
        with self.lock:
            self.now, self.all = self.now + 1, self.all + 1
            self.most = max(self.most, self.now)
        self.open.wait(10)
        with self.lock:
            self.now -= 1
        return Answer(200, {}, b"")


def until_answered(asker: Asker, number: int) -> dict[str, bool]:
    ends = time.monotonic() + 10
    while len(asker.answers("7.")) < number and time.monotonic() < ends:
        time.sleep(0.001)
    return {key: each.right for key, each in asker.answers("7.").items()}


def test_more_than_may_be_under_way_wait_and_are_sent_then() -> None:
    service = Service()
    asker = Asker("http://service", send=service)
    for _ in range(2):  # again at the next turn, while none is answered yet
        for number in range(MANY):
            asker.ask(f"7.{number}", HttpCall("/health"))
    assert asker.answers("7.") == {}
    service.open.set()
    assert until_answered(asker, MANY) == {str(n): True for n in range(MANY)}
    assert (service.most, service.all) == (UNDER_WAY, MANY)


def test_what_still_waits_as_its_run_ends_is_never_sent() -> None:
    service = Service()
    asker = Asker("http://service", send=service)
    for number in range(MANY):
        asker.ask(f"7.{number}", HttpCall("/health"))
    asker.forget("7.")
    service.open.set()
    until_answered(asker, UNDER_WAY)
    assert service.all == UNDER_WAY
