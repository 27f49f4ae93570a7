"""Only what trusted proxies wrote is believed."""

from __future__ import annotations

import pytest
from django.test import RequestFactory, override_settings

from ironclad.edge.forwarded import (
    address_of,
    client_of,
    network_of,
    scheme_of,
    settle,
)
from ironclad.edge.protocol import Scope

PEER = "10.0.0.1"


@pytest.mark.parametrize(
    ("proxies", "named", "client"),
    [
        (0, "6.6.6.6", PEER),
        (1, "", PEER),
        (1, "192.0.2.7", "192.0.2.7"),
        (1, "6.6.6.6, 192.0.2.7", "192.0.2.7"),
        (2, "6.6.6.6, 192.0.2.7, 10.0.0.2", "192.0.2.7"),
        # fewer hops than proxies: one was gone round, and the header is the client's own
        (2, "6.6.6.6", PEER),
        (1, "192.0.2.7:4711", "192.0.2.7"),
        (1, "[2001:db8::7]:4711", "2001:db8::7"),
        (1, "2001:db8::7", "2001:db8::7"),
        (1, "::ffff:192.0.2.7", "192.0.2.7"),
        (1, "fe80::1%eth0", "fe80::1"),
        (1, "192.0.2.7, not-an-address", PEER),
        (1, " , ,", PEER),
        (1, "1" * 10_000, PEER),
    ],
)
def test_the_client_is_who_the_first_trusted_proxy_saw(
    proxies: int, named: str, client: str
) -> None:
    assert client_of(PEER, named, proxies) == client


def test_a_socket_without_an_address_is_unknown() -> None:
    assert client_of("", "", 0) == "unknown"


@pytest.mark.parametrize(
    ("proxies", "named", "scheme"),
    [
        (0, "https", "http"),
        (1, "", "http"),
        (1, "https", "https"),
        (1, "HTTPS", "https"),
        (1, "https, http", "http"),  # the first is what the client wrote
        (2, "https", "https"),
        (2, "https, http", "https"),
        (2, "https, http, http", "http"),
        (1, "gopher", "http"),
        (1, "https\r\n", "https"),
    ],
)
def test_the_scheme_is_what_the_trusted_proxies_spoke(
    proxies: int, named: str, scheme: str
) -> None:
    assert scheme_of("http", named, proxies) == scheme


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::"),
        ("unknown", "unknown"),
    ],
)
def test_an_ipv6_client_counts_by_its_network(address: str, network: str) -> None:
    assert network_of(address) == network


def _scope(kind: str, *headers: tuple[bytes, bytes]) -> Scope:
    return {"type": kind, "client": [PEER, 5000], "headers": list(headers)}


def test_everything_behind_sees_the_true_client_and_scheme() -> None:
    told = ((b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"192.0.2.7"))
    for kind, scheme in (("http", "https"), ("websocket", "wss")):
        scope = _scope(kind, *told, (b"x-forwarded-proto", b"https"))
        settle(scope, 1)
        assert scope["client"] == ["192.0.2.7", 5000]
        assert scope["peer"] == [PEER, 5000]
        assert scope["scheme"] == scheme


def test_without_a_trusted_proxy_the_headers_change_nothing() -> None:
    scope = _scope(
        "http", (b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-proto", b"https")
    )
    settle(scope, 0)
    assert (scope["client"], scope["scheme"]) == ([PEER, 5000], "http")


@override_settings(TRUSTED_PROXIES=1)
def test_django_s_requests_are_read_by_the_same_rule() -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR=PEER, headers={"X-Forwarded-For": "6.6.6.6, 192.0.2.7"}
    )
    assert address_of(request) == "192.0.2.7"
