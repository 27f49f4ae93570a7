from __future__ import annotations

from typing import Any

import pytest

from ironclad.edge.head import head
from ironclad.edge.protocol import Headers

V = b"HTTP/1.1"


def written(headers: Headers, status: int = 200, *, may_chunk: bool = False) -> bytes:
    return head(V, status, headers, may_chunk=may_chunk)[0]


def test_names_are_spelt_as_they_always_were() -> None:
    headers = [(b"etag", b"x"), (b"www-authenticate", b"Bearer"), (b"x-a", b"1")]
    assert written(headers) == (
        b"HTTP/1.1 200 OK\r\nETag: x\r\nWWW-Authenticate: Bearer\r\nX-A: 1\r\n\r\n"
    )


def test_a_name_that_comes_twice_is_written_twice() -> None:
    cookies = [(b"set-cookie", b"a=1"), (b"set-cookie", b"b=2")]
    assert written(cookies).count(b"Set-Cookie: ") == 2


@pytest.mark.parametrize("end", [b"\r\n", b"\n", b"\r"])
def test_no_value_begins_a_line_of_its_own(end: bytes) -> None:
    told = written([(b"location", b"/a" + end + b"Set-Cookie: stolen=1")])
    assert told == b"HTTP/1.1 200 OK\r\nLocation: /a Set-Cookie: stolen=1\r\n\r\n"


def test_a_body_of_untold_length_goes_in_chunks_where_it_may() -> None:
    assert head(V, 200, [], may_chunk=True)[1]
    assert b"Transfer-Encoding: chunked\r\n" in written([], may_chunk=True)
    assert not head(V, 200, [(b"content-length", b"2")], may_chunk=True)[1]
    assert not head(V, 200, [], may_chunk=False)[1]


def test_a_status_nobody_knows_has_a_phrase() -> None:
    assert written([], 799).startswith(b"HTTP/1.1 799 Unknown Status\r\n")


def test_text_is_refused() -> None:
    headers: Any = [(b"x-a", "text")]
    with pytest.raises(TypeError):
        written(headers)
