from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest

from ironclad.outbound.names import NamesLoop

FOUND = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("192.0.2.1", 80))]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    with asyncio.Runner(loop_factory=NamesLoop) as runner:
        yield runner


async def look_up() -> object:
    return await asyncio.get_running_loop().getaddrinfo("example.org", 80)


def test_it_finds_names_however_many_in_turn(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: FOUND)
    for _ in range(40):
        assert runner.run(look_up()) == FOUND


def test_it_says_that_there_is_no_such_name(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nowhere(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "no such name")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    for _ in range(40):
        with pytest.raises(socket.gaierror, match="no such name"):
            runner.run(look_up())


def test_a_name_found_too_late_is_no_trouble(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_: found.wait(5) and FOUND)

    async def give_up() -> None:
        async with asyncio.timeout(0.01):
            await look_up()

    with pytest.raises(TimeoutError):
        runner.run(give_up())
    found.set()
    runner.run(asyncio.sleep(0.01))
