"""Daphne as it comes, with an application that only answers: what the edge is held against.

python -m tests.load.bare_answer PORT
"""

from __future__ import annotations

import logging
import sys

from daphne.server import Server

from ironclad.edge.protocol import Receive, Scope, Send

_BODY = b'{"status":"alive"}'
_HEADERS = [
    (b"content-type", b"application/json"),
    (b"content-length", str(len(_BODY)).encode()),
]


async def answer(scope: Scope, receive: Receive, send: Send) -> None:
    del scope, receive
    start = {"type": "http.response.start", "status": 200, "headers": [*_HEADERS]}
    await send(start)
    await send({"type": "http.response.body", "body": _BODY})


def main(port: int) -> None:
    logging.disable(logging.WARNING)
    Server(answer, endpoints=[f"tcp:port={port}:interface=127.0.0.1"]).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
