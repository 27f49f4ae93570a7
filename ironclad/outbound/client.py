"""The one way out: every HTTP request of this process to another system.

one deadline for all of it
  retry              at most three attempts, within the budget
    breaker          leaves a destination alone that keeps failing
      bulkhead       a bounded number of calls under way
        the request
"""

from __future__ import annotations

import math
import time
from collections.abc import Mapping

import httpx
from django.conf import settings

from ironclad.outbound.answer import Answer
from ironclad.outbound.exchange import Exchange
from ironclad.outbound.places import Places
from ironclad.outbound.rules import AWAY, IDEMPOTENT, AnsweredAway, guarded
from ironclad.resilience.deadline import remaining, within

_PLACES = 8
_WAIT = 1.0  # seconds for a place
_BODY_LIMIT = 4 * 1024 * 1024  # bytes


class Outbound:
    """One destination, for the life of the process. Safe to use from any thread.

    Made where its module is loaded and not in a request: what lists the breakers and
    bulkheads of the process does so without a lock.
    """

    def __init__(
        self, name: str, *, places: int = _PLACES, body_limit: int = _BODY_LIMIT
    ) -> None:
        self.name = name
        self._body_limit = body_limit
        self._guard = guarded(name)
        self._places = Places(f"outbound-{name}", places, _WAIT)

    def request(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: bytes | None = None,
        json: object = None,
        deadline: float | None = None,
        public_only: bool = False,
    ) -> Answer:
        """Send it and give back the answer, whatever its status; redirects are answers, too.

        It takes `deadline` seconds at most, IRONCLAD_OUTBOUND_DEADLINE without, and never
        longer than either this setting or the deadline that is in force. Credentials in the
        URL are sent as basic authentication.

        With `public_only` it speaks to no internal address, whatever a name stands for.

        Raises DeadlineExceeded, OutboundUnavailable, CircuitOpen, BulkheadFull,
        AnswerTooLarge or AddressForbidden; ValueError where there is no such request.
        """
        method = method.upper()
        most: float = settings.OUTBOUND_DEADLINE

        def attempt() -> Answer:
            request = self._request(method, url, headers, content, json)
            return self._attempt(request, public_only=public_only)

        with within(most if deadline is None else min(deadline, most)):
            try:
                return self._guard.run(attempt, idempotent=method in IDEMPOTENT)
            except AnsweredAway as last:
                return last.answer

    def _attempt(self, request: httpx.Request, *, public_only: bool) -> Answer:
        attempt = self._guard.current()
        assert attempt is not None  # noqa: S101 - the guard runs this
        # Only a look, so that nobody waits for a place to be refused. The breaker itself is
        # asked with a place in hand: being refused one says nothing about the destination.
        wait = self._guard.refuses()
        if wait is not None:
            self._guard.refuse(wait)
        with self._places.place():
            attempt.enter()
            ends = time.monotonic() + remaining(math.inf)
            exchange = Exchange(
                self.name,
                request,
                ends=ends,
                limit=self._body_limit,
                public_only=public_only,
            )
            try:
                answer = exchange.carry()
            finally:
                attempt.uncertain = exchange.sent
        if answer.status in AWAY:
            raise AnsweredAway(answer)
        return answer

    def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        content: bytes | None,
        json: object,
    ) -> httpx.Request:
        sent = {
            "user-agent": f"ironclad/{settings.APP_VERSION}",
            # A small compressed body may unfold into one far beyond the limit.
            "accept-encoding": "identity",
        }
        sent |= {key.lower(): value for key, value in (headers or {}).items()}
        message = f"The address of {self.name} is not a URL of HTTP."
        try:
            address = httpx.URL(url)
        except httpx.InvalidURL:
            raise ValueError(message) from None  # the cause says what is in it
        if address.scheme not in {"http", "https"} or not address.host:
            raise ValueError(message)
        return httpx.Request(method, address, headers=sent, content=content, json=json)
