"""The one socket that all processes accept from.

It is bound once, without SO_REUSEPORT: a second Ironclad on the same port is refused as it
always was, and what waits to be accepted is lost with no process that ends.
"""

from __future__ import annotations

import errno
import socket

# Connections that wait to be taken: with a short queue a burst costs the next one a second.
BACKLOG = 1024


class CannotListenError(Exception):
    """Its message says where, and why not."""


def listen(host: str, port: int) -> socket.socket:
    """Raises CannotListenError."""
    bare = host.strip("[]")
    family = socket.AF_INET6 if ":" in bare else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((bare, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        taken = error.errno == errno.EADDRINUSE
        why = "the port is taken by another program" if taken else error.strerror
        message = f"cannot listen on {host}:{port}: {why}"
        raise CannotListenError(message) from error
    listener.settimeout(0)
    return listener
