"""One round trip for one row: a statement that the server may keep, parsed and planned.

Django's cursors write their values into the text, so no two statements of theirs are the same
to the server. Here values travel beside it. From the sixth time on a connection asks by name.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections
from psycopg import errors
from psycopg.pq import TransactionStatus

from ironclad.database.connection import GuardedConnection, measured

# The server has none of that name, or one already: somebody between us and it hands one session
# to several clients, or has tidied up.
_LOST = (errors.InvalidSqlStatementName, errors.DuplicatePreparedStatement)
# `cached plan must not change result type`: a column's type is another since.
_CHANGED = errors.FeatureNotSupported


def row(
    statement: LiteralString, values: Sequence[object], *, prepare: bool = True
) -> tuple[Any, ...]:
    """The first row, by the connection of this thread and its guard.

    `prepare` is off where the right plan depends on the values.
    """
    wrapper = connections[DEFAULT_DB_ALIAS]
    wrapper.ensure_connection()
    with wrapper.wrap_database_errors, measured():
        return told(wrapper.connection, statement, values, prepare=prepare)


def told(
    connection: GuardedConnection,
    statement: LiteralString,
    values: Sequence[object],
    *,
    prepare: bool = True,
) -> tuple[Any, ...]:
    """Likewise by this connection; what was prepared and is no longer good is asked plainly."""
    prepare = prepare and connection.may_prepare()
    try:
        return _first(connection, statement, values, prepare=prepare)
    except (*_LOST, _CHANGED) as error:
        # Within a transaction it is the transaction that has failed.
        idle = connection.info.transaction_status == TransactionStatus.IDLE
        if not (prepare and idle):
            raise
        connection.forget_prepared(for_good=isinstance(error, _LOST))
        return _first(connection, statement, values, prepare=False)


def _first(
    connection: GuardedConnection,
    statement: LiteralString,
    values: Sequence[object],
    *,
    prepare: bool,
) -> tuple[Any, ...]:
    # None: from so many times on (ironclad.database.connection).
    may = None if prepare else False
    found = psycopg.Cursor(connection).execute(statement, values, prepare=may)
    return found.fetchone() or ()
