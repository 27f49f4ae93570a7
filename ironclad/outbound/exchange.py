"""One request and its answer, on the loop."""

from __future__ import annotations

import time
from concurrent.futures import CancelledError
from typing import Any

import anyio
import httpx
from httpcore import AsyncNetworkStream

from ironclad.errors import DeadlineExceeded, OutboundUnavailable
from ironclad.outbound.addresses import is_public
from ironclad.outbound.answer import AddressForbidden, Answer, AnswerTooLarge
from ironclad.outbound.courier import courier

# Seconds that the caller waits beyond the deadline for the loop to say that it has passed;
# it comes into play only where the loop itself is held up.
_GRACE = 0.1


class Exchange:
    """Used once: one attempt. `ends` is a moment of `time.monotonic`, `limit` bytes."""

    def __init__(
        self,
        name: str,
        request: httpx.Request,
        *,
        ends: float,
        limit: int,
        public_only: bool = False,
    ) -> None:
        self.sent = False  # or may have been: the connection was there
        self._name = name
        self._request = request
        self._ends = ends
        self._limit = limit
        self._public_only = public_only
        self._connected: AsyncNetworkStream | None = None
        request.extensions["trace"] = self._trace

    def carry(self) -> Answer:
        """Wait for the answer, in the caller's thread.

        Raises DeadlineExceeded, OutboundUnavailable, AnswerTooLarge, AddressForbidden, and
        ValueError for a request that cannot be written down.
        """
        answer = courier().submit(self._within_deadline, public_only=self._public_only)
        try:
            return answer.result(max(0.0, self._ends - time.monotonic()) + _GRACE)
        except TimeoutError:  # the loop cuts the call as soon as it can
            raise self._late() from None
        except CancelledError:
            reason = "the thread that carried the call has died"
            raise self._away(reason) from None

    async def _within_deadline(self, client: httpx.AsyncClient) -> Answer:
        # The causes are left out: their words may hold what was sent or received.
        try:
            # Not asyncio.timeout: httpcore shields its housekeeping from anyio's scopes
            # alone, and a connection that is cut within it stays in the pool for ever.
            with anyio.CancelScope(deadline=self._ends):
                return await self._exchange(client)
        except httpx.LocalProtocolError:
            message = f"The request for {self._name} cannot be sent as it is."
            raise ValueError(message) from None
        except httpx.ConnectError as error:
            raise self._away(str(error)) from None  # the system's words, or TLS's
        except httpx.HTTPError as error:
            raise self._away(type(error).__name__) from None
        finally:
            # httpcore does not close what is cut in the middle of a TLS handshake.
            if self._connected is not None and not self.sent:
                await self._connected.aclose()
        raise self._late()

    async def _exchange(self, client: httpx.AsyncClient) -> Answer:
        response = await client.send(self._request, stream=True)
        body = bytearray()
        try:
            async for chunk in response.aiter_raw():
                body += chunk
                if len(body) > self._limit:
                    message = f"{self._name} answered with over {self._limit} bytes."
                    raise AnswerTooLarge(message)
        finally:
            await response.aclose()
        return Answer(response.status_code, dict(response.headers), bytes(body))

    async def _trace(self, event: str, info: dict[str, Any]) -> None:
        """Told by httpcore how far it has come."""
        if event == "connection.connect_tcp.complete":
            self._connected = info["return_value"]
            self._check_address()
        elif event == "http11.send_request_headers.started":
            self.sent = True

    def _check_address(self) -> None:
        """Refuse to speak to an internal address before anything is sent.

        Judged by the connection that was made: what a name meant a moment ago may have changed.
        """
        if not self._public_only or self._connected is None:
            return
        address = self._connected.get_extra_info("server_addr")
        if not address or not is_public(str(address[0])):
            message = f"{self._name} has an internal address."
            raise AddressForbidden(message)

    def _late(self) -> DeadlineExceeded:
        return DeadlineExceeded(f"{self._name} did not answer within the deadline.")

    def _away(self, reason: str) -> OutboundUnavailable:
        return OutboundUnavailable(f"{self._name} cannot be reached: {reason}.")
