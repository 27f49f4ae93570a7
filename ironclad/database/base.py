"""The guarded PostgreSQL backend: bounded waits, and a pool for each compartment."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Mapping
from typing import Any

import psycopg
from django.conf import settings
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from django.db.utils import Error as DjangoError
from django.utils.functional import cached_property
from psycopg import IsolationLevel

from ironclad.database import guard
from ironclad.database.connection import GuardedConnection, GuardedCursor
from ironclad.database.errors import GuardedErrors
from ironclad.database.pool import Pool
from ironclad.observability.metrics import pools
from ironclad.resilience import deadline
from ironclad.resilience.bulkhead import compartment

_CONNECT = 3  # seconds, or less where the deadline is nearer
# A server that works or waits for a lock for us looks this often whether we are still there:
# what was cut at its deadline must not keep one of the server's connections.
_WATCH = "SET client_connection_check_interval = '2s'"

_pools: dict[tuple[str, str, str], Pool] = {}  # by alias, database name, compartment
_lock = threading.Lock()


class DatabaseWrapper(base.DatabaseWrapper):
    """Service and console take from their pools; a background thread keeps its own."""

    @property
    def pool(self) -> None:
        """None: Django's own pooling is not used."""

    @cached_property
    def wrap_database_errors(self) -> GuardedErrors:
        return GuardedErrors(self)

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        if params["cursor_factory"] is GuardedCursor.__base__:
            params["cursor_factory"] = GuardedCursor
        return params

    def get_new_connection(self, conn_params: Mapping[str, Any]) -> GuardedConnection:
        self.isolation_level = IsolationLevel.READ_COMMITTED
        name = compartment.get()
        pool = self._pool_of(name, conn_params)
        if pool is None:
            return _connect(conn_params, name)
        if name == "service":
            attempt = guard.service().current()
            if attempt is None:
                raise guard.UnguardedQuery
            attempt.enter()
        return pool.take()

    def _pool_of(self, name: str, conn_params: Mapping[str, Any]) -> Pool | None:
        size = settings.DATABASE_POOLS.get(name)
        if size is None or self.alias == NO_DB_ALIAS:
            return None
        key = (self.alias, str(self.settings_dict["NAME"]), name)
        with _lock:
            if key not in _pools:
                _pools[key] = pools[name] = Pool(
                    lambda: _connect(conn_params, name),
                    size=size,
                    wait=settings.DATABASE_POOL_WAIT,
                )
            return _pools[key]

    def close_pool(self) -> None:
        """Django calls this before it drops a test database."""
        with _lock:
            closing = [_pools.pop(key) for key in list(_pools) if key[0] == self.alias]
        for pool in closing:
            pool.close()

    def _close(self) -> None:
        connection: GuardedConnection | None = self.connection
        if connection is None:
            return
        if connection.home is None:
            connection.close()
            return
        # From here on it may already serve another thread.
        self.connection = None
        connection.home.give_back(connection)

    def leave_server(self) -> None:
        """Have no other request take a connection to the server that this one is on."""
        if self.connection is not None and self.connection.home is not None:
            self.connection.home.close()

    def discard(self) -> None:
        """Drop a connection that is broken, or whose state nobody knows."""
        connection: GuardedConnection | None = self.connection
        if connection is None:
            return
        self.errors_occurred = True
        with contextlib.suppress(psycopg.Error):
            connection.close()
        with contextlib.suppress(psycopg.Error, DjangoError):
            self.close()

    def set_autocommit(
        self,
        autocommit: bool,  # noqa: FBT001 - Django's signature
        force_begin_transaction_with_broken_autocommit: bool = False,  # noqa: FBT001, FBT002
    ) -> None:
        """As Django's, but the end of a transaction that was lost does not connect anew.

        That would fail again and hide why the transaction ended; a new connection starts
        in autocommit anyway.
        """
        lost = self.connection is None or self.connection.closed
        if autocommit and lost and not self.in_atomic_block:
            self.discard()
            self.autocommit = True
            return
        super().set_autocommit(
            autocommit, force_begin_transaction_with_broken_autocommit
        )

    def _commit(self) -> None:
        attempt = guard.service().current()
        if attempt is not None:
            # Should the answer be lost, nobody knows whether it has happened.
            attempt.uncertain = True
        super()._commit()  # type: ignore[misc] # the stubs know the public methods only

    def close_if_health_check_failed(self) -> None:
        if self.connection is None or self.connection.home is None:
            super().close_if_health_check_failed()
        # One from a pool has answered when it was taken.


def _connect(conn_params: Mapping[str, Any], name: str) -> GuardedConnection:
    """Named by its compartment, so that the server's list of sessions tells them apart."""
    deadline.remaining(_CONNECT)
    ours = {
        "autocommit": True,
        "connect_timeout": _CONNECT,
        "application_name": f"{conn_params.get('application_name', '')} {name}".strip(),
    }
    connection = GuardedConnection.connect(**{**conn_params, **ours})
    with contextlib.suppress(psycopg.Error):  # not on every platform
        connection.quietly(_WATCH)
    return connection
