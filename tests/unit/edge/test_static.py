from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from whitenoise import WhiteNoise

from ironclad.edge.protocol import Receive, Scope, Send
from ironclad.edge.static import File

from .driver import Edge

CODE = b"export {};\n"
PATH = "/static/js/a.js"


async def _never(_scope: Scope, _receive: Receive, _send: Send) -> None:
    pytest.fail("Django was asked")


@pytest.fixture
def files(tmp_path: Path) -> Mapping[str, File]:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "a.js").write_bytes(CODE)
    (tmp_path / "large.bin").write_bytes(bytes(600_000))
    index: Mapping[str, File] = WhiteNoise(None, tmp_path, "static").files
    return index


@pytest.fixture
def edge(files: Mapping[str, File]) -> Edge:
    return Edge(_never, files=files)


def asking(name: bytes, value: str) -> list[tuple[bytes, bytes]]:
    return [(b"host", b"127.0.0.1"), (name, value.encode())]


async def test_a_file_is_answered_without_django(edge: Edge) -> None:
    answer = await edge.get(PATH)
    assert (answer.status, answer.body) == (200, CODE)
    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["content-length"] == str(len(CODE))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "max-age" in answer.headers["cache-control"]


async def test_it_is_counted_under_one_route(edge: Edge) -> None:
    await edge.get(PATH)
    assert [(f.route, f.status) for f in edge.finished] == [("/static", 200)]


async def test_the_second_answer_is_the_first_and_reads_no_disk(
    edge: Edge, tmp_path: Path
) -> None:
    first = await edge.get(PATH)
    (tmp_path / "js" / "a.js").unlink()
    second = await edge.get(PATH)
    assert second.body == first.body
    assert second.headers.pop("x-request-id") != first.headers.pop("x-request-id")
    assert second.headers == first.headers
    assert len(second.sent[0]["headers"]) == len(first.sent[0]["headers"])


async def test_a_large_file_is_not_kept(edge: Edge, tmp_path: Path) -> None:
    assert len((await edge.get("/static/large.bin")).body) == 600_000
    (tmp_path / "large.bin").write_bytes(b"x" * 600_000)
    assert (await edge.get("/static/large.bin")).body[:1] == b"x"


async def test_what_the_browser_has_is_not_sent_again(edge: Edge) -> None:
    etag = (await edge.get(PATH)).headers["etag"]
    again = await edge.get(PATH, headers=asking(b"if-none-match", etag))
    assert (again.status, again.body) == (304, b"")
    other = await edge.get(PATH, headers=asking(b"if-none-match", '"other"'))
    assert (other.status, other.body) == (200, CODE)


async def test_a_part_is_sent_where_a_part_is_asked_for(edge: Edge) -> None:
    await edge.get(PATH)
    part = await edge.get(PATH, headers=asking(b"range", "bytes=0-5"))
    assert (part.status, part.body) == (206, b"export")


async def test_each_gets_an_encoding_it_accepts(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_bytes(CODE)
    (tmp_path / "a.js.gz").write_bytes(b"packed")
    edge = Edge(_never, files=WhiteNoise(None, tmp_path, "static").files)
    for _ in range(2):  # read, then kept
        packed = await edge.get(
            "/static/a.js", headers=asking(b"accept-encoding", "deflate, gzip")
        )
        assert (packed.headers["content-encoding"], packed.body) == ("gzip", b"packed")
        refusing = asking(b"accept-encoding", "gzip;q=0, br; q=0.0, *")
        for headers in (asking(b"accept", "*/*"), refusing):
            plain = await edge.get("/static/a.js", headers=headers)
            assert ("content-encoding" in plain.headers, plain.body) == (False, CODE)
        assert plain.headers["vary"].lower() == "accept-encoding"


async def test_head_tells_the_length_and_sends_nothing(edge: Edge) -> None:
    head = await edge.request(PATH, "HEAD").answer()
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == str(len(CODE))


async def test_other_methods_are_refused_in_the_envelope(edge: Edge) -> None:
    post = await edge.request(PATH, "POST").answer()
    assert (post.status, post.code) == (405, "METHOD_NOT_ALLOWED")
    assert post.headers["allow"] == "GET, HEAD"


@pytest.mark.parametrize("path", ["/static/none.js", "/static/js/../js/a.js"])
async def test_anything_else_is_djangos(files: Mapping[str, File], path: str) -> None:
    assert (await Edge(files=files).get(path)).body == b"hello"
