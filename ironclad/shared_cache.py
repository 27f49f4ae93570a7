"""The cache that replicas share in Redis; losing it costs its callers nothing but its contents.

Every step of an operation takes at most `TIMEOUT`, all of them together at most `LONGEST`, and
no more than `LARGEST` bytes are heard. After three failures in a row nobody asks for `OPEN`
seconds: then one does, and the others go on without.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, TypeVar, cast

from django.conf import settings
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import BlockingConnectionPool, RedisError

from ironclad.resilience import process
from ironclad.resilience.breaker import Breaker, BreakerPolicy
from ironclad.shared_cache_allowance import allowance
from ironclad.shared_cache_connection import KINDS, LARGEST

TIMEOUT = 0.2  # seconds to connect, for an answer, and for a free connection
LONGEST = 2 * TIMEOUT  # seconds for a whole operation, whatever it has to do first
OPEN = 5.0
_CONNECTIONS = 16
_POLICY = BreakerPolicy(failures=3, open_seconds=OPEN, trial_seconds=OPEN)
_OPERATIONS = (
    "add", "get", "set", "touch", "delete", "get_many", "has_key", "incr", "set_many",
    "delete_many", "clear",
)  # fmt: skip

Operation = TypeVar("Operation", bound=Callable[..., Any])


class Plain:
    """Values as JSON. Django's own serializer would run what somebody writes into Redis."""

    @staticmethod
    def dumps(obj: Any) -> bytes:
        return json.dumps(obj).encode()  # of a number, the digits that INCR adds to

    @staticmethod
    def loads(data: Any) -> Any:
        return json.loads(data)


@cache
def breaker() -> Breaker:
    return process.breaker("redis", _POLICY, title="The shared cache")


@cache
def _client() -> RedisCacheClient:
    # Django makes a cache for every request's context; each would connect anew.
    kind = KINDS.get(settings.REDIS_URL.partition(":")[0])
    chosen: dict[str, Any] = {"connection_class": kind} if kind else {}
    return RedisCacheClient(
        [settings.REDIS_URL],
        serializer=Plain,
        pool_class=BlockingConnectionPool,
        **chosen,
        max_connections=_CONNECTIONS,
        timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        socket_timeout=TIMEOUT,
    )


class SharedCache(RedisCache):
    """Operations raise RedisError, or CircuitOpen while nobody asks."""

    def __init__(self, _server: str, params: dict[str, Any]) -> None:
        super().__init__(settings.REDIS_URL, params)

    @property
    def _cache(self) -> RedisCacheClient:
        return _client()


def guarded(operation: Operation) -> Operation:
    """Bounded, and refused while the breaker is open."""

    @wraps(operation)
    def run(*args: object, **kwargs: object) -> object:
        permit = breaker().permit()
        try:
            with allowance(LONGEST, LARGEST):
                result = operation(*args, **kwargs)
        except RedisError:
            permit.failed()
            raise
        except BaseException:  # such as a key that is not there: Redis has answered
            permit.succeeded()
            raise
        permit.succeeded()
        return result

    return cast("Operation", run)


for _name in _OPERATIONS:
    setattr(SharedCache, _name, guarded(getattr(RedisCache, _name)))
