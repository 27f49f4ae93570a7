"""The thread in which all outbound calls of the process are under way, on one event loop.

A blocking client bounds each read and each write, and a server that sends a byte now and then
has for ever. On a loop a whole call is cut at one moment, whatever it is waiting for.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from contextvars import Context
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, TypeVar

import anyio
import httpx
import structlog

from ironclad.outbound.names import NamesLoop

T = TypeVar("T")
Work = Callable[[httpx.AsyncClient], Coroutine[Any, Any, T]]

# The destinations' bulkheads bound what is under way; these keep the sum within reason.
_LIMITS = httpx.Limits(
    max_connections=128,
    max_keepalive_connections=32,
    keepalive_expiry=5.0,  # seconds; few servers keep an idle connection for less
)

logger = structlog.get_logger(__name__)


def new_client() -> httpx.AsyncClient:
    """Without time limits of its own, and with nothing taken from the environment."""
    return httpx.AsyncClient(
        timeout=None,  # noqa: S113 - each call has a deadline
        limits=_LIMITS,
        follow_redirects=False,
        trust_env=False,
        # Shared by all destinations: none leaves anything in it for the next request.
        cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
    )


class Courier:
    """One thread with its loop and its client. Once it has died it is of no more use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ended = False
        self._calls: set[anyio.CancelScope] = set()  # under way
        self._client = new_client()
        # A connection that is taken up again was judged when it was made, or never: those who
        # may speak to public addresses alone share none with the others.
        self._outside = new_client()
        self._runner = asyncio.Runner(loop_factory=NamesLoop)
        self._loop = self._runner.get_loop()
        # A daemon: the process does not wait for anybody's answer when it ends.
        self._thread = threading.Thread(
            target=self._serve, name="ironclad-outbound", daemon=True
        )
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive() and not self._ended

    def submit(self, work: Work[T], *, public_only: bool = False) -> Future[T]:
        """Have `work` done on the loop. Its future is cancelled when the thread dies."""
        client = self._outside if public_only else self._client
        with self._lock:
            if not self._ended:
                call = self._call(work, client)
                return asyncio.run_coroutine_threadsafe(call, self._loop)
        gone: Future[T] = Future()
        gone.cancel()
        return gone

    async def _call(self, work: Work[T], client: httpx.AsyncClient) -> T:
        if not self._ended:
            with anyio.CancelScope() as scope:
                self._calls.add(scope)
                try:
                    return await work(client)
                finally:
                    self._calls.discard(scope)
        raise asyncio.CancelledError

    def _serve(self) -> None:
        with self._runner:
            try:
                # A context of its own: the first caller's would be kept for ever.
                self._runner.run(asyncio.Event().wait(), context=Context())
            except Exception:
                logger.exception("outbound_thread_failed")
            finally:
                with self._lock:
                    self._ended = True
                self._runner.run(self._end(), context=Context())

    async def _end(self) -> None:
        """Cancel what is under way and close the connections."""
        while self._calls:
            for scope in self._calls:
                scope.cancel()
            await asyncio.sleep(0)
        await self._client.aclose()
        await self._outside.aclose()


_lock = threading.Lock()
_current: Courier | None = None


def courier() -> Courier:
    """The one of this process; a new one where its thread has died."""
    global _current  # noqa: PLW0603 - one a process
    with _lock:
        if _current is None or not _current.alive:
            if _current is not None:
                logger.warning("outbound_thread_replaced")
            _current = Courier()
        return _current
