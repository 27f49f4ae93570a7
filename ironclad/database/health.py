"""Looks whether the database answers, on a connection and in a thread of its own.

Neither the request pools nor Django's thread are needed, so the answer comes also when both
are stuck, and always before its deadline.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from ironclad.database.connection import GuardedConnection
from ironclad.errors import IroncladError
from ironclad.resilience import deadline

HEALTH = 5.0  # seconds for the whole answer, whatever it waits for
_LOOK = 4.5  # seconds for the look itself
_ANSWER = 1.5  # seconds for one round trip
_CONNECT = 2  # seconds; libpq knows no less
_MIGRATIONS = 3.0  # seconds for reading which are applied


class Health:
    def __init__(self, alias: str = "default") -> None:
        self._alias = alias
        self._connection: GuardedConnection | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="health")

    async def ask(
        self, begins: Callable[[], None] = lambda: None
    ) -> tuple[bool, float, str]:
        """Whether it answered, after how many seconds, and what was wrong.

        `begins` is called in another thread, just before the database is asked.
        """
        loop = asyncio.get_running_loop()

        def look() -> tuple[bool, float, str]:
            begins()
            return self._ask()

        try:
            # One that has not begun by then never does; a thread can't be stopped.
            async with asyncio.timeout(HEALTH):
                return await loop.run_in_executor(self._thread, look)
        except TimeoutError:  # its thread is busy with another look
            return False, HEALTH, "The database does not answer."

    async def migrated(self) -> bool:
        """Whether every migration of this version is applied; False when unknown."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._thread, self._migrated)

    def _ask(self) -> tuple[bool, float, str]:
        began = time.monotonic()
        try:
            with deadline.within(_LOOK):
                self._round_trip()
        except IroncladError:
            self._drop()
            return False, time.monotonic() - began, "The database does not answer."
        except psycopg.errors.ReadOnlySqlTransaction:
            self._drop()
            return False, time.monotonic() - began, "The database takes no writes."
        except (psycopg.Error, OSError):
            self._drop()
            return False, time.monotonic() - began, "The database cannot be reached."
        return True, time.monotonic() - began, ""

    def _round_trip(self) -> None:
        if self._connection is not None:
            try:
                self._select()
            except psycopg.Error:
                # Of a server that has been restarted or demoted since: once more.
                self._drop()
            else:
                return
        params: dict[str, Any] = connections[self._alias].get_connection_params()
        self._connection = GuardedConnection.connect(
            **{
                **params,
                "connect_timeout": _CONNECT,
                "autocommit": True,
                "application_name": "ironclad health",
            }
        )
        self._select()

    def _select(self) -> None:
        assert self._connection is not None  # noqa: S101 - set by the caller
        with deadline.within(_ANSWER):
            asked = self._connection.execute("SHOW transaction_read_only")
        if asked.fetchone() == ("on",):
            raise psycopg.errors.ReadOnlySqlTransaction

    def _drop(self) -> None:
        if self._connection is not None:
            with contextlib.suppress(psycopg.Error):
                self._connection.close()
            self._connection = None

    def _migrated(self) -> bool:
        connection = connections[self._alias]
        try:
            with deadline.within(_MIGRATIONS):
                executor = MigrationExecutor(connection)
                return not executor.migration_plan(executor.loader.graph.leaf_nodes())
        except Exception:  # noqa: BLE001 - whatever it is, this replica is not ready
            return False
        finally:
            connection.close()
