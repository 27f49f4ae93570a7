"""How passwords are hashed, and how many at a time.

Each takes some 20 ms of a core and 19 MiB on purpose: without a bound a burst of sign-ins would
take the machine from the service.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher

from ironclad.errors import BulkheadFull
from ironclad.resilience.deadline import remaining

T = TypeVar("T")

_MOST = 4  # at a time, a process
_WAIT = 2.0  # seconds for one of those places

_places = threading.BoundedSemaphore(_MOST)
# In threads of its own: the C library keeps what a thread has freed for that thread, and each
# request has another one. Two hundred sign-ins would leave 350 MiB behind.
_threads = ThreadPoolExecutor(max_workers=_MOST, thread_name_prefix="hashing")


def hashing(work: Callable[[], T]) -> T:
    """In one of the places. Raises BulkheadFull when none becomes free in time."""
    if not _places.acquire(timeout=remaining(_WAIT)):
        message = "Too many people are signing in at once; try again."
        raise BulkheadFull(message, retry_after=round(_WAIT))
    try:
        return _threads.submit(work).result()
    finally:
        _places.release()


class Argon2(Argon2PasswordHasher):
    """Argon2id with the parameters that OWASP names first (Password Storage Cheat Sheet)."""

    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        whole = super().encode
        return hashing(lambda: str(whole(password, salt)))

    def verify(self, password: str, encoded: str) -> bool:
        whole = super().verify
        return hashing(lambda: bool(whole(password, encoded)))


class Pbkdf2(PBKDF2PasswordHasher):
    """Of before: such a hash is replaced when its owner signs in."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        whole = super().encode
        return hashing(lambda: str(whole(password, salt, iterations)))

    def verify(self, password: str, encoded: str) -> bool:
        # by way of `encode`, which takes the place
        return bool(super().verify(password, encoded))
