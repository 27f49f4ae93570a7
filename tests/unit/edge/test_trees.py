"""Addresses that hold the hash of all static files."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from pathlib import Path

import pytest
from whitenoise import WhiteNoise

from ironclad.edge.static import File

from .driver import Edge

CODE = b"export const all = [];\n" * 100
GZIP = [(b"host", b"127.0.0.1"), (b"accept-encoding", b"gzip, br")]


@pytest.fixture
def files(tmp_path: Path) -> Mapping[str, File]:
    (tmp_path / "a.js").write_bytes(CODE)
    (tmp_path / "noise.png").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "short.js").write_bytes(b"1;")
    index: Mapping[str, File] = WhiteNoise(None, tmp_path, "static").files
    return index


@pytest.fixture
def edge(files: Mapping[str, File]) -> Edge:
    return Edge(files=files, tree="feedface")


async def test_a_file_of_our_tree_may_be_kept_for_ever(edge: Edge) -> None:
    for _ in range(2):  # read, then held
        answer = await edge.get("/static/v-feedface/a.js")
        assert answer.body == CODE
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert [each.route for each in edge.finished] == ["/static"] * 2


async def test_what_has_not_changed_may_be_kept_as_long(edge: Edge) -> None:
    path = "/static/v-feedface/a.js"
    etag = (await edge.get(path)).headers["etag"].encode()
    asked = [(b"host", b"127.0.0.1"), (b"if-none-match", etag)]
    again = await edge.get(path, headers=asked)
    assert (again.status, again.headers["cache-control"][-9:]) == (304, "immutable")


@pytest.mark.parametrize("tree", ["v-fedcba9876543210", "v-", "v-x"])
async def test_another_versions_address_is_answered_and_never_kept(
    edge: Edge, tree: str
) -> None:
    answer = await edge.get(f"/static/{tree}/a.js")
    assert (answer.body, answer.headers["cache-control"]) == (CODE, "no-store")


async def test_a_plain_address_is_asked_for_again_soon(edge: Edge) -> None:
    await edge.get("/static/v-feedface/a.js")
    answer = await edge.get("/static/a.js")
    assert answer.headers["cache-control"] == "max-age=60, public"


async def test_without_a_tree_no_address_is_kept_for_ever(
    files: Mapping[str, File],
) -> None:
    answer = await Edge(files=files, tree="").get("/static/v-0/a.js")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["none.js", "", "../a.js", "v-feedface/a.js"])
async def test_what_is_no_file_there_is_djangos(edge: Edge, name: str) -> None:
    answer = await edge.get(f"/static/v-feedface/{name}")
    assert answer.body == b"hello"


async def test_text_is_packed_for_who_takes_it_and_only_for_them(edge: Edge) -> None:
    for _ in range(2):
        small = await edge.get("/static/a.js", headers=GZIP)
        assert small.headers["content-encoding"] == "gzip"
        assert gzip.decompress(small.body) == CODE
        assert small.headers["content-length"] == str(len(small.body))
        plain = await edge.get("/static/a.js")
        assert ("content-encoding" in plain.headers, plain.body) == (False, CODE)
        for answer in (small, plain):
            assert answer.headers["vary"] == "Accept-Encoding"


async def test_head_tells_what_get_would_send(edge: Edge) -> None:
    head = await edge.request("/static/a.js", "HEAD", headers=GZIP).answer()
    get = await edge.get("/static/a.js", headers=GZIP)
    assert head.body == b""
    for name in ("content-length", "content-encoding", "etag"):
        assert head.headers[name] == get.headers[name]


async def test_a_packed_files_etag_is_weak_and_known_again(edge: Edge) -> None:
    etag = (await edge.get("/static/a.js", headers=GZIP)).headers["etag"]
    assert etag.startswith('W/"')
    asked = [*GZIP, (b"if-none-match", etag.encode())]
    assert (await edge.get("/static/a.js", headers=asked)).status == 304


@pytest.mark.parametrize("name", ["noise.png", "short.js"])
async def test_what_is_not_worth_it_stays_as_it_is(edge: Edge, name: str) -> None:
    answer = await edge.get(f"/static/{name}", headers=GZIP)
    assert "content-encoding" not in answer.headers


async def test_a_part_is_of_the_file_and_not_of_its_copy(edge: Edge) -> None:
    part = await edge.get("/static/a.js", headers=[*GZIP, (b"range", b"bytes=0-5")])
    assert (part.status, part.body) == (206, b"export")
