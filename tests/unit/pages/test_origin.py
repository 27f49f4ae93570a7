from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from sre_console.pages.origin import allowed


def headers(**named: str) -> list[tuple[bytes, bytes]]:
    return [
        (name.replace("_", "-").encode(), value.encode())
        for name, value in named.items()
    ]


@pytest.fixture(autouse=True)
def loopback(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", "ironclad.example.org"]
    settings.CSRF_TRUSTED_ORIGINS = []


@pytest.mark.parametrize("host", ["127.0.0.1:3000", "localhost:3000", "[::1]:3000"])
def test_a_page_of_this_server_may_connect(host: str) -> None:
    assert allowed(headers(host=host, origin=f"http://{host}"))


@pytest.mark.parametrize(
    "origin",
    [
        "",
        "null",
        "http://127.0.0.1",
        "http://127.0.0.1:3001",
        "https://127.0.0.1:3000",
        "http://localhost:3000",
        "http://evil.example",
        "http://127.0.0.1:3000.evil.example",
        "http://127.0.0.1:3000@evil.example",
        "http://[::1",
        "file://",
    ],
)
def test_any_other_page_is_refused(origin: str) -> None:
    assert not allowed(headers(host="127.0.0.1:3000", origin=origin))


def test_a_missing_origin_is_refused() -> None:
    assert not allowed(headers(host="127.0.0.1:3000"))


def test_a_missing_host_is_refused() -> None:
    assert not allowed(headers(origin="http://127.0.0.1:3000"))


def test_a_second_origin_is_refused() -> None:
    sent = headers(host="127.0.0.1:3000", origin="http://127.0.0.1:3000")
    assert not allowed([*sent, (b"Origin", b"http://evil.example")])


def test_a_name_rebound_to_this_address_is_refused() -> None:
    rebound = headers(host="evil.example:3000", origin="http://evil.example:3000")
    assert not allowed(rebound)


def test_a_trusted_origin_may_connect(settings: Settings) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://sre.example.org"]
    assert allowed(headers(host="127.0.0.1:3000", origin="https://sre.example.org"))
    assert not allowed(headers(host="127.0.0.1:3000", origin="http://sre.example.org"))


def test_a_trusted_origin_may_stand_for_the_names_below_it(
    settings: Settings,
) -> None:
    settings.CSRF_TRUSTED_ORIGINS = ["https://*.example.org"]
    assert allowed(headers(host="127.0.0.1:3000", origin="https://a.example.org"))
    assert not allowed(headers(host="127.0.0.1:3000", origin="https://aexample.org"))


def test_a_page_by_tls_is_another_origin_than_one_without() -> None:
    site = "ironclad.example.org"
    assert allowed(headers(host=site, origin=f"https://{site}"), scheme="wss")
    assert not allowed(headers(host=site, origin=f"http://{site}"), scheme="wss")


def test_the_header_of_a_proxy_by_itself_means_nothing() -> None:
    site = "ironclad.example.org"
    sent = headers(host=site, origin=f"https://{site}", x_forwarded_proto="https")
    assert not allowed(sent)
