"""Lets a bounded number of requests into Django; the rest wait briefly, in order.

Each kind has places of its own: the service's load never keeps the console's pages waiting.
"""

from __future__ import annotations

import asyncio
from collections import deque

from django.conf import settings

from ironclad.clock import Clock
from ironclad.edge import body
from ironclad.edge.facts import Facts
from ironclad.edge.gone import unless_gone
from ironclad.edge.handover import hand_over
from ironclad.edge.protocol import ASGIApp, Receive, Scope, Send
from ironclad.errors import BulkheadFull
from ironclad.observability.metrics import (
    bulkhead_in_use,
    bulkhead_limit,
    bulkhead_rejected_total,
    bulkhead_waiting,
)
from ironclad.resilience import deadline
from ironclad.resilience.bulkhead import Compartment as Name
from ironclad.resilience.bulkhead import compartment
from ironclad.resilience.process import bulkheads, patterns

_WAITING_PER_PLACE = 4  # more would only wait to be refused
# Where an operator has switched the bulkhead off: still not without a bound, a request inside is
# a thread. 50 requests a second that take their whole 10 s.
UNBOUNDED = 512
# Every request inside takes a thread. The console's four connections are busy with fewer; a room
# of people who open the page at once waits its turn for the scripts.
_CONSOLE_PLACES = 32
_CONSOLE_WAITING = 2000
_CONSOLE_WAIT = 5.0  # seconds
_RETRY_AFTER = 1  # seconds


class Admission:
    """Also sets the compartment and the deadline that the work inside sees."""

    def __init__(self, app: ASGIApp, *, clock: Clock) -> None:
        self._app = app
        self._clock = clock
        self._deadline = settings.REQUEST_DEADLINE
        limit = settings.ADMISSION_LIMIT
        self._service = Compartment(
            "service",
            Places(limit, limit * _WAITING_PER_PLACE),
            settings.ADMISSION_WAIT,
            may_be_off=True,
        )
        self._console = Compartment(
            "console", Places(_CONSOLE_PLACES, _CONSOLE_WAITING), _CONSOLE_WAIT
        )
        bulkheads["service"] = self._service
        bulkheads["console"] = self._console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        facts: Facts = scope["ironclad"]
        inside = self._service if facts.service else self._console
        if not await inside.admit(receive):
            if facts.gone:
                return
            inside.refuse()
            raise BulkheadFull(retry_after=_RETRY_AFTER)
        token = compartment.set(inside.name)
        try:
            with deadline.within(self._deadline):
                await hand_over(
                    self._app,
                    scope,
                    body.told_again(facts.body, receive),
                    send,
                    self._deadline,
                    done=inside.places.leave,
                )
        finally:
            compartment.reset(token)


class Compartment:
    """One kind of requests: its places, and how long one waits for them."""

    def __init__(
        self, name: Name, places: Places, wait: float, *, may_be_off: bool = False
    ) -> None:
        self.name: Name = name
        self.places = places
        self._limit = places.limit
        self._wait = wait
        self._may_be_off = may_be_off
        self.refused = 0
        bulkhead_in_use.labels(name).set_function(lambda: places.in_use)
        bulkhead_limit.labels(name).set_function(lambda: self.limit)
        bulkhead_waiting.labels(name).set_function(lambda: places.waiting)

    @property
    def in_use(self) -> int:
        return self.places.in_use

    @property
    def limit(self) -> int:
        off = self._may_be_off and not patterns.on("bulkhead")
        return UNBOUNDED if off else self._limit

    @property
    def waiting(self) -> int:
        return self.places.waiting

    def refuse(self) -> None:
        self.refused += 1
        bulkhead_rejected_total.labels(self.name).inc()

    async def admit(self, receive: Receive) -> bool:
        self.places.resize(self.limit)
        if self.places.enter():
            return True
        place = self.places.queue()
        if place is None:
            return False
        timer = asyncio.get_running_loop().call_later(self._wait, _give_up, place)
        granted = False
        try:
            granted = await unless_gone(place, receive) is True
        finally:
            timer.cancel()
            self.places.forget(place, used=granted)
        return granted


class Places:
    """Counts who is inside; the first who waits gets the first place that is left."""

    def __init__(self, limit: int, waiting: int) -> None:
        self.limit = limit
        self._most_waiting = waiting
        self._waiting: deque[asyncio.Future[bool]] = deque()
        self.in_use = 0

    @property
    def waiting(self) -> int:
        return len(self._waiting)

    def resize(self, limit: int) -> None:
        """Another number of places. Fewer: nobody is sent out, fewer are let in."""
        self.limit = limit
        while self._waiting and self.in_use < limit:
            self.in_use += 1
            self.leave()

    def enter(self) -> bool:
        if self.in_use >= self.limit or self._waiting:
            return False
        self.in_use += 1
        return True

    def queue(self) -> asyncio.Future[bool] | None:
        """A future that becomes True with a place; None where too many wait already."""
        if len(self._waiting) >= self._most_waiting:
            return None
        place: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._waiting.append(place)
        return place

    def forget(self, place: asyncio.Future[bool], *, used: bool) -> None:
        """The waiting is over; whoever left with a place in hand gives it back."""
        if place in self._waiting:
            self._waiting.remove(place)
        elif not used and not place.cancelled() and place.done() and place.result():
            self.leave()

    def leave(self) -> None:
        while self._waiting and self.in_use <= self.limit:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(True)  # the place passes on, so in_use stays
                return
        self.in_use -= 1


def _give_up(place: asyncio.Future[bool]) -> None:
    if not place.done():
        place.set_result(False)
