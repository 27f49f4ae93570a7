"""What of the bounds at the socket holds on which ASGI server: asked, not read.

See `asgi` for how the others are installed. On Daphne all of it has to hold; of the others it is
told, for docs/guide/processes.md.
"""

from __future__ import annotations

import asyncio
import socket
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from tests.acceptance.harness.consoles import Closed, Console, sign_in
from tests.acceptance.harness.processes import Server
from tests.load import stage
from tests.load.asgi import servers
from tests.load.figures import Figure, report

HEAD = (
    b"POST /api/users HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
)
GET = b"GET /livez HTTP/1.1\r\nHost: 127.0.0.1\r\n"
WAIT = 34.0  # seconds; the longest of our bounds is 30
MANY = 600  # connections of one address; 256 may wait
REFUSED = {
    "folded header": GET + b"X-A: b\r\n c\r\n\r\n",
    "bare LF": b"GET /livez HTTP/1.1\nHost: 127.0.0.1\n\n",
    "no Host": b"GET /livez HTTP/1.1\r\n\r\n",
    "a header of 1 MB": GET + b"X-A: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "200 headers": GET + b"".join(b"X-%d: a\r\n" % n for n in range(200)) + b"\r\n",
    "two lengths": HEAD
    + b"Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n",
    "identity coding": HEAD
    + b"Transfer-Encoding: identity\r\nContent-Length: 2\r\n\r\n{}",
}
HELD = {
    "says nothing": b"",
    "half of the headers": GET,
    "half of the body": HEAD + b"Content-Length: 100\r\n\r\n{",
}


def _answer(server: Server, sent: bytes) -> str:
    """The status; what happened instead."""
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.settimeout(3)
        try:
            client.sendall(sent)
            return client.recv(12).decode("latin-1")[9:] or "closed"
        except TimeoutError:
            return "no answer"
        except OSError:
            return "closed"


def _cut_after(server: Server, sent: bytes) -> str:
    """Seconds until a client that goes no further is cut."""
    began = time.monotonic()
    with socket.create_connection(("127.0.0.1", server.port)) as client:
        client.settimeout(WAIT)
        try:
            client.sendall(sent)
            client.recv(100)
        except TimeoutError:
            return "never"
        except OSError:
            pass
    return f"{time.monotonic() - began:.0f} s"


def _cut_of_many(server: Server) -> str:
    clients = [
        socket.create_connection(("127.0.0.1", server.port)) for _ in range(MANY)
    ]
    time.sleep(1)
    cut = 0
    for client in clients:
        client.settimeout(0)
        try:
            cut += client.recv(1) == b""
        except BlockingIOError:
            pass
        except OSError:
            cut += 1
        client.close()
    return f"{cut} of {MANY}"


def _console(server: Server, cookie: str, sent: bytes) -> str:
    """How a console ends that sends this."""

    async def send() -> str:
        console = await Console.open(server, cookie)
        await console.snapshot()
        console._writer.write(sent)
        try:
            async with asyncio.timeout(4):
                while True:
                    await console.snapshot()
        except Closed as closed:
            return str(closed.code)
        except TimeoutError:
            return "goes on"
        except (OSError, EOFError):
            return "cut"
        finally:
            console.close()

    return asyncio.run(send())


def _large(size: int) -> bytes:
    return b"\x81\xfe" + size.to_bytes(2, "big") + bytes(4) + b"a" * size


def _told(server: Server) -> dict[str, str]:
    cookie = sign_in(server)
    told = {n: _answer(server, sent) for n, sent in REFUSED.items()}
    told["a frame of 5,000 bytes"] = _console(server, cookie, _large(5000))
    told["200 pings at once"] = _console(server, cookie, b"\x89\x80\0\0\0\0" * 200)
    with ThreadPoolExecutor() as pool:
        told |= dict(
            zip(HELD, pool.map(partial(_cut_after, server), HELD.values()), strict=True)
        )
    # Last: whoever waits longest has to go for these.
    told["cut, of silent connections of one address"] = _cut_of_many(server)
    return told


WANTED: dict[str, Callable[[str], bool]] = {
    **dict.fromkeys(REFUSED, lambda told: told in {"400", "431", "closed"}),
    **dict.fromkeys(HELD, lambda told: told != "never"),
    "cut, of silent connections of one address": lambda told: not told.startswith("0"),
    "a frame of 5,000 bytes": lambda told: told == "1009",
    "200 pings at once": lambda told: told == "cut",
}


def bench() -> Sequence[Figure]:
    with (
        stage.setup(seed=False) as setup,
        servers(setup) as running,
        ThreadPoolExecutor() as pool,
    ):
        asked = {kind: pool.submit(_told, each) for kind, each in running.items()}
        told = {kind: each.result() for kind, each in asked.items()}
    for kind, answers in told.items():
        broken = [name for name, holds in WANTED.items() if not holds(answers[name])]
        print(f"  {kind} does not hold: {', '.join(broken)}", file=sys.stderr)
    return [
        Figure(
            f"{name}: {kind}",
            answers[name],
            "",
            ok=kind != "daphne" or WANTED[name](answers[name]),
        )
        for name in WANTED
        for kind, answers in told.items()
    ]


if __name__ == "__main__":
    sys.exit(report(bench))
