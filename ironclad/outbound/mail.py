"""Mail over SMTP, within the deadline that is in force, whatever the server does.

A timeout of a socket bounds each read, and a server that sends a byte now and then has for
ever. Here a timer ends the connection itself at the deadline, whatever is waiting for it.
"""

from __future__ import annotations

import contextlib
import smtplib
import socket
import threading
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends import smtp

from ironclad.errors import DeadlineExceeded
from ironclad.resilience.deadline import left, remaining
from ironclad.resilience.names import LookUps

_LONGEST = 60.0  # seconds for a mail without a deadline
_names = LookUps("mail-name", 4)


class BoundConnection(smtplib.SMTP):
    """Made within a deadline, and ended at it."""

    _timer: threading.Timer | None = None

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().close()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        """As smtplib's, which waits for names and for each of their addresses in turn."""
        made = connect(host, port, most=timeout)
        # Of its own: TLS takes the socket over, and ending any of them ends the connection.
        end = made.dup()
        self._timer = _Cut(remaining(_LONGEST), end)
        self._timer.start()
        return made


class _Cut(threading.Timer):
    """Ends the connection when its time has come, and closes its socket in any case."""

    daemon = True

    def __init__(self, seconds: float, end: socket.socket) -> None:
        super().__init__(seconds, _end, [end])
        self.name = "ironclad-mail-deadline"
        self._end = end

    def run(self) -> None:
        with self._end:
            super().run()


def _end(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # it has ended already
        connection.shutdown(socket.SHUT_RDWR)


def connect(host: str, port: int, *, most: float) -> socket.socket:
    """The first of a name's addresses that answers; each operation on it takes `most` seconds.

    Raises DeadlineExceeded or OSError.
    """
    asked = _names.start(host, port, 0, socket.SOCK_STREAM)
    last: OSError | None = None
    for family, kind, protocol, _, address in asked.result(remaining(most)):
        made = socket.socket(family, kind, protocol)
        try:
            made.settimeout(remaining(most))
            made.connect(address)
        except OSError as error:
            made.close()
            last = error
        except BaseException:
            made.close()
            raise
        else:
            made.settimeout(most)
            return made
    raise last or OSError("the name has no address")


class EmailBackend(smtp.EmailBackend):
    """Django's, with the whole of what it does within the deadline."""

    _partial_connection: smtplib.SMTP | None

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        return BoundConnection

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Raises DeadlineExceeded, or what smtplib and the system do."""
        try:
            return super().send_messages(email_messages)
        except OSError:
            if left() > 0:
                raise
            message = "The mail server did not answer within the deadline."
            raise DeadlineExceeded(message) from None

    def open(self) -> bool | None:
        try:
            return super().open()
        finally:
            if self._partial_connection is not None:  # it did not become a whole one
                self._partial_connection.close()
                self._partial_connection = None

    def _close_connection(self, connection: smtplib.SMTP) -> None:
        """A mail is told once it was taken, whatever is said at parting."""
        with contextlib.suppress(smtplib.SMTPException):
            connection.quit()
        connection.close()
