from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from sre_console.traffic.connection import Client, ConnectionLost

Answer = Callable[[asyncio.StreamWriter], Awaitable[None]]
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


class Server:
    """A real listening socket whose answers are written byte by byte by the test."""

    def __init__(self, *answers: bytes, close: bool = False) -> None:
        self.answers = list(answers)
        self.close = close
        self.connections = 0
        self.heads: list[bytes] = []

    async def serve(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                writer.write(self.answers[min(len(self.heads), len(self.answers)) - 1])
                await writer.drain()
                if self.close:
                    return
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


@asynccontextmanager
async def client_of(server: Server) -> AsyncIterator[Client]:
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    client = Client("127.0.0.1", port, [("Authorization", "Bearer t")])
    try:
        yield client
    finally:
        client.close()
        listening.close()


async def test_it_returns_status_and_body_and_keeps_the_connection() -> None:
    server = Server(OK)
    async with client_of(server) as client:
        for _ in range(3):
            assert await client.ask("GET", "/api/users?limit=1", b"") == (200, b"hi")
    assert server.connections == 1
    assert server.heads[0].startswith(b"GET /api/users?limit=1 HTTP/1.1\r\n")
    assert b"authorization: bearer t" in server.heads[0].lower()


async def test_a_chunked_answer_is_put_together() -> None:
    chunked = (
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
        b"2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"
    )
    async with client_of(Server(chunked)) as client:
        assert await client.ask("GET", "/", b"") == (200, b"abc")


async def test_an_answer_without_a_body_frees_the_connection() -> None:
    server = Server(b"HTTP/1.1 204 No Content\r\n\r\n")
    async with client_of(server) as client:
        assert await client.ask("DELETE", "/api/users/1", b"") == (204, b"")
        assert await client.ask("DELETE", "/api/users/2", b"") == (204, b"")
    assert server.connections == 1


async def test_a_body_is_sent_as_json_with_its_length() -> None:
    server = Server(OK)
    async with client_of(server) as client:
        await client.ask("POST", "/api/users", b'{"a":1}')
    assert b"content-length: 7" in server.heads[0].lower()
    assert b"application/json" in server.heads[0].lower()


@pytest.mark.parametrize(
    "answer",
    [b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut", b"nonsense\r\n\r\n", b""],
    ids=["cut in the body", "not HTTP", "closed at once"],
)
async def test_less_than_a_whole_answer_is_a_lost_connection(answer: bytes) -> None:
    async with client_of(Server(answer, close=True)) as client:
        with pytest.raises(ConnectionLost):
            await asyncio.wait_for(client.ask("GET", "/", b""), 5)


async def test_a_server_that_closes_gets_a_new_connection_next_time() -> None:
    closing = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    server = Server(closing, close=True)
    async with client_of(server) as client:
        await client.ask("GET", "/", b"")
        await client.ask("GET", "/", b"")
    assert server.connections == 2


async def test_a_cancelled_request_does_not_poison_the_next() -> None:
    server = Server(b"", OK)
    async with client_of(server) as client:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await client.ask("GET", "/slow", b"")
        assert await client.ask("GET", "/", b"") == (200, b"hi")
    assert server.connections == 2
