"""A replica with its real jobs, and the database taken away from it."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import psycopg
from asgiref.sync import sync_to_async
from django.db import connection, connections
from psycopg import sql

from sre_console.live.runtime import Runtime

SILENCE = 0.2  # seconds without a beat, where none comes: a test need not wait long


@asynccontextmanager
async def running() -> AsyncIterator[Runtime]:
    parts = Runtime()
    tasks = [asyncio.ensure_future(job.run()) for job in parts.jobs()]
    try:
        yield parts
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.to_thread(parts.join)  # connections are given back
        await sync_to_async(connections.close_all)()


async def snapshot(
    parts: Runtime, found: Callable[[dict[str, Any]], bool]
) -> dict[str, Any]:
    """The next snapshot for which `found` holds."""
    seq = 0
    async with asyncio.timeout(20):
        while True:
            newest = await parts.snapshots.newer_than(seq)
            seq, fields = newest.seq, json.loads(newest.text)
            if found(fields):
                return dict(fields)


@contextmanager
def no_database() -> Iterator[None]:
    """PostgreSQL ends every connection to the tests' database, and takes no new one."""
    name = str(connection.settings_dict["NAME"])
    allow = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
    end = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(allow.format(sql.Identifier(name), sql.SQL("false")))
        try:
            admin.execute(end, [name])
            yield
        finally:
            admin.execute(allow.format(sql.Identifier(name), sql.SQL("true")))
