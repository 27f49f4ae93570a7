"""Lets a bounded number of service requests into Django; the rest wait briefly, in order."""

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
from ironclad.observability.metrics import bulkhead_in_use, bulkhead_rejected_total
from ironclad.resilience import deadline
from ironclad.resilience.bulkhead import compartment

_WAITING_PER_PLACE = 4  # more would only wait to be refused
_RETRY_AFTER = 1  # seconds


class Admission:
    """Also sets the compartment and the deadline that the work inside sees."""

    def __init__(self, app: ASGIApp, *, clock: Clock) -> None:
        self._app = app
        self._clock = clock
        self._places = Places(settings.ADMISSION_LIMIT)
        self._wait = settings.ADMISSION_WAIT
        self._deadline = settings.REQUEST_DEADLINE
        self._in_use = bulkhead_in_use.labels("service")
        self._in_use.set_function(lambda: self._places.in_use)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        facts: Facts = scope["ironclad"]
        if not facts.service:
            token = compartment.set("console")
            again = body.told_again(facts.body, receive)
            try:
                with deadline.within(self._deadline):
                    await hand_over(self._app, scope, again, send, self._deadline)
            finally:
                compartment.reset(token)
            return
        if not await self._admit(receive):
            if facts.gone:
                return
            bulkhead_rejected_total.labels("service").inc()
            raise BulkheadFull(retry_after=_RETRY_AFTER)
        token = compartment.set("service")
        try:
            with deadline.within(self._deadline):
                await hand_over(
                    self._app,
                    scope,
                    body.told_again(facts.body, receive),
                    send,
                    self._deadline,
                    done=self._places.leave,
                )
        finally:
            compartment.reset(token)

    async def _admit(self, receive: Receive) -> bool:
        if self._places.enter():
            return True
        place = self._places.queue()
        if place is None:
            return False
        timer = asyncio.get_running_loop().call_later(self._wait, _give_up, place)
        granted = False
        try:
            granted = await unless_gone(place, receive) is True
        finally:
            timer.cancel()
            self._places.forget(place, used=granted)
        return granted


class Places:
    """Counts who is inside; the first who waits gets the first place that is left."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[asyncio.Future[bool]] = deque()
        self.in_use = 0

    def enter(self) -> bool:
        if self.in_use >= self._limit or self._waiting:
            return False
        self.in_use += 1
        return True

    def queue(self) -> asyncio.Future[bool] | None:
        """A future that becomes True with a place; None where too many wait already."""
        if len(self._waiting) >= self._limit * _WAITING_PER_PLACE:
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
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(True)  # the place passes on, so in_use stays
                return
        self.in_use -= 1


def _give_up(place: asyncio.Future[bool]) -> None:
    if not place.done():
        place.set_result(False)
