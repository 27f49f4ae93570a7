from __future__ import annotations

import json

import pytest

from ironclad import envelope
from ironclad.edge.protocol import Headers
from ironclad.edge.read_store import Entry, Key, Store, entry

HEADERS: Headers = [(b"Content-Type", b"application/json"), (b"ETag", b'"1"')]


def body(data: object, **more: object) -> bytes:
    told = envelope.success(
        data, request_id="first-request", duration_ms=12.34, more_meta=more
    )
    return envelope.encode(told)


def made(data: object = None, generation: int = 0, headers: Headers = HEADERS) -> Entry:
    found = entry(body(data), headers, snapshot=None, generation=generation)
    assert found is not None
    return found


def key(name: str) -> Key:
    return ("strangers", "/api/users", name.encode())


def test_it_is_told_again_with_meta_of_its_own() -> None:
    page = {"total": 2, "next": '/api/users?search="meta":'}
    tricky = [{"name": ',"meta":{"requestId":"x', "n": "ü}}"}]
    kept = entry(body(tricky, pagination=page), HEADERS, snapshot=None, generation=0)
    assert kept is not None
    again = json.loads(kept.body("second-request", 0.25))
    assert again["data"] == tricky
    assert again["meta"]["pagination"] == page
    assert again["meta"]["requestId"] == "second-request"
    assert again["meta"]["duration"] == 0.2
    assert again["meta"]["timestamp"].endswith("Z")


@pytest.mark.parametrize(
    "strange",
    [b"", b"{}", b'{"data":1,"meta":{}}', b'{"meta":{},"data":1}', body(1) + b" ",
     b'{"data":1,"meta":{"requestId":"a b","timestamp":"","duration":1}}'],
)  # fmt: skip
def test_what_is_not_in_the_envelope_is_not_kept(strange: bytes) -> None:
    assert entry(strange, HEADERS, snapshot=None, generation=0) is None


def test_nor_what_sets_a_cookie_or_is_large() -> None:
    cookie = [*HEADERS, (b"Set-Cookie", b"a=b")]
    assert entry(body(1), cookie, snapshot=None, generation=0) is None
    large = body("x" * 300_000)
    assert entry(large, HEADERS, snapshot=None, generation=0) is None


def test_headers_of_one_request_are_not_told_to_others() -> None:
    theirs: Headers = [
        *HEADERS, (b"RateLimit", b"r=1"), (b"X-Request-ID", b"a"), (b"Vary", b"Cookie"),
    ]  # fmt: skip
    kept = made(headers=theirs)
    assert [name for name, _ in kept.headers] == [b"content-type", b"etag", b"vary"]
    assert [name for name, _ in kept.unchanged] == [b"etag", b"vary"]
    assert kept.etag == '"1"'


def test_a_change_drops_everything() -> None:
    store = Store()
    store.keep(key("a"), made(), 0)
    assert store.find(key("a"), 0) is not None
    assert store.find(key("a"), 1) is None
    assert (len(store), store.bytes) == (0, 0)


def test_what_was_read_before_a_change_is_not_kept_after_it() -> None:
    store = Store()
    store.keep(key("a"), made(generation=3), 4)
    assert store.find(key("a"), 4) is None


def test_the_least_recently_used_goes_first() -> None:
    store = Store(entries=2)
    for name in "ab":
        store.keep(key(name), made(), 0)
    store.find(key("a"), 0)
    store.keep(key("c"), made(), 0)
    assert [store.find(key(name), 0) is not None for name in "abc"] == [
        True, False, True,
    ]  # fmt: skip


def test_bytes_are_bounded_and_counted() -> None:
    one = made("x" * 1000)
    store = Store(most_bytes=3 * one.size)
    for name in "abcd":
        store.keep(key(name), one, 0)
    store.keep(key("d"), one, 0)
    assert (len(store), store.bytes) == (3, 3 * one.size)
    assert store.find(key("a"), 0) is None
