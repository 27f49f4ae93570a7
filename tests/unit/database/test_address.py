"""The server's name is looked up within the deadline."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest

from ironclad.database import address
from ironclad.database.address import resolved
from ironclad.database.connection import GuardedConnection
from ironclad.database.health import Health
from ironclad.errors import DeadlineExceeded
from ironclad.resilience import deadline

ADDRESSES = {"one.example": ["192.0.2.1"], "two.example": ["192.0.2.2", "2001:db8::2"]}


@pytest.fixture(autouse=True)
def _names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A resolver that knows two names; it never comes back for "hung.example"."""
    over = threading.Event()

    def look_up(host: str, port: str, *_: object) -> list[object]:
        if host == "hung.example":
            over.wait(20)
        if host not in ADDRESSES:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        return [(None, None, 6, "", (found, int(port))) for found in ADDRESSES[host]]

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield
    over.set()


def test_a_name_gets_its_address_beside_it() -> None:
    assert resolved({"host": "one.example", "dbname": "d"}) == {
        "host": "one.example",
        "hostaddr": "192.0.2.1",
        "port": "5432",
        "dbname": "d",
    }


def test_several_hosts_and_addresses_become_lists() -> None:
    hosts = "one.example,two.example,198.51.100.3,/run/postgresql,nowhere.example"
    found = resolved({"host": hosts, "port": "1,2,3,4,5"})
    assert found == {
        "host": "one.example,two.example,two.example,198.51.100.3,/run/postgresql",
        "hostaddr": "192.0.2.1,192.0.2.2,2001:db8::2,198.51.100.3,",
        "port": "1,2,2,3,4",
    }


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"host": ""},
        {"host": "/run/postgresql"},
        {"host": "192.0.2.9"},
        {"host": "hung.example", "hostaddr": "192.0.2.9"},
    ],
)
def test_where_there_is_no_name_nothing_changes(params: dict[str, str]) -> None:
    assert resolved(dict(params)) == params


def test_a_name_that_nobody_knows_is_told() -> None:
    with pytest.raises(psycopg.OperationalError, match=r"nowhere\.example"):
        GuardedConnection.connect(host="nowhere.example")


def test_a_resolver_that_hangs_is_cut_at_the_deadline() -> None:
    began = time.monotonic()
    with deadline.within(0.1), pytest.raises(DeadlineExceeded):
        GuardedConnection.connect(host="hung.example")
    assert time.monotonic() - began < 1


def test_and_without_a_near_deadline_after_its_own_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(address, "_CONNECT", 0.1)
    with pytest.raises(psycopg.OperationalError, match="does not answer"):
        GuardedConnection.connect(host="hung.example")


async def test_the_look_at_the_database_is_bounded_whatever_it_waits_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ironclad.database.health.HEALTH", 0.1)
    health, over = Health(), threading.Event()
    monkeypatch.setattr(health, "_ask", lambda: over.wait(20))
    healthy, took, _reason = await health.ask()
    over.set()
    assert (healthy, took) == (False, 0.1)


async def test_a_look_that_nobody_waits_for_any_more_is_not_begun(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("ironclad.database.health.HEALTH", 0.1)
    health, over, begun = Health(), threading.Event(), list[int]()
    monkeypatch.setattr(health, "_ask", lambda: (over.wait(20), 0.0, ""))
    for number in range(2):
        await health.ask(lambda number=number: begun.append(number))  # type: ignore[misc]
    over.set()
    assert await health.migrated() in {True, False}  # the thread is through with all
    assert begun == [0]


def test_the_server_that_let_us_in_last_is_asked_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(address, "_preferred", [])
    address.prefer("two.example", "5432")
    assert resolved({"host": "one.example,two.example"}) == {
        "host": "two.example,two.example,one.example",
        "hostaddr": "192.0.2.2,2001:db8::2,192.0.2.1",
        "port": "5432,5432,5432",
    }
    address.prefer("::1", "5432")
    found = resolved({"host": "192.0.2.9,::1"})
    assert (found["host"], found["hostaddr"]) == ("::1,192.0.2.9", "::1,192.0.2.9")
