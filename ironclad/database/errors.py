"""Tells a database that is away from a statement that was wrong."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING

import psycopg
from django.db.utils import DatabaseErrorWrapper

from ironclad.errors import DatabaseUnavailable, DeadlineExceeded

if TYPE_CHECKING:
    from ironclad.database.base import DatabaseWrapper

_RETRY_AFTER = 1  # whole seconds
# Classes and codes of SQLSTATE: connection lost, out of resources, shutting down or
# starting, the server's own system failed.
_AWAY = ("08", "53", "57P01", "57P02", "57P03", "57P05", "58", "25P03")
# A standby, or a primary that was demoted or fenced: another server takes writes now.
READ_ONLY = "25006"
_CANCELLED = "57014"  # statement_timeout, or somebody's pg_cancel_backend


class GuardedErrors(DatabaseErrorWrapper):
    """As Django's, but what means "away" or "too late" surfaces as our own error.

    The connection is dropped at once: within a transaction Django then knows that nothing
    is left to be rolled back, and sends no more statements into it.
    """

    wrapper: DatabaseWrapper

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if exc_value is None:
            return
        if isinstance(exc_value, DeadlineExceeded | DatabaseUnavailable):
            self.wrapper.discard()
            return
        if isinstance(exc_value, psycopg.Error):
            if exc_value.sqlstate == _CANCELLED:
                raise DeadlineExceeded from exc_value
            if is_away(exc_value):
                if exc_value.sqlstate == READ_ONLY:
                    self.wrapper.leave_server()
                self.wrapper.discard()
                raise DatabaseUnavailable(retry_after=_RETRY_AFTER) from exc_value
        super().__exit__(exc_type, exc_value, traceback)


def is_away(error: psycopg.Error) -> bool:
    """Whether it says that the connection or the server is not to be had."""
    if error.sqlstate is not None:
        return error.sqlstate.startswith((*_AWAY, READ_ONLY))
    # Made by the client: the socket broke, or the connection was closed before.
    if isinstance(error, psycopg.OperationalError):
        return True
    return isinstance(error, psycopg.InterfaceError) and "closed" in str(error)
