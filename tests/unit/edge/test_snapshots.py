from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, combinations_with_replacement

import pytest

from ironclad.edge.snapshots import Snapshot, parse, version


@pytest.mark.parametrize(
    ("xid", "seen"),
    [(9, True), (10, False), (11, True), (12, False), (14, True), (15, False), (99, False)],
)  # fmt: skip
def test_a_snapshot_sees_what_had_ended(xid: int, seen: bool) -> None:
    snapshot = parse("10:15:10,12")
    assert snapshot is not None
    assert snapshot.sees(xid) is seen


def test_with_nobody_writing_it_sees_all_before_its_end() -> None:
    snapshot = parse("7:7:")
    assert snapshot is not None
    assert (snapshot.sees(6), snapshot.sees(7)) == (True, False)


@pytest.mark.parametrize("told", ["", "7", "7:8", "a:b:", "7:8:x", "7:8:9 "])
def test_what_is_no_snapshot_is_none(told: str) -> None:
    assert parse(told) is None


@pytest.mark.parametrize(
    "sent", [b"", b"0", b"-1", b"01", b"1.0", b"x", b"1" * 21, b" 1", b"1\xd9\xa1"]
)
def test_what_names_no_transaction_is_no_version(sent: bytes) -> None:
    assert version(sent) is None


def test_a_version_is_a_number() -> None:
    assert version(b"18446744073709551615") == 2**64 - 1


def _every_snapshot() -> Iterator[Snapshot]:
    for xmin, xmax in combinations_with_replacement(range(1, 6), 2):
        between = range(xmin + 1, xmax)
        # xmin is the oldest that still runs, where one does
        first = {xmin} if xmax > xmin else set()
        for count in range(len(between) + 1):
            for more in combinations(between, count):
                yield Snapshot(xmin, xmax, frozenset({*first, *more}))


def test_a_snapshot_covers_another_if_it_sees_all_that_the_other_sees() -> None:
    snapshots = list(_every_snapshot())
    for one in snapshots:
        for other in snapshots:
            seen = all(one.sees(xid) for xid in range(9) if other.sees(xid))
            assert one.covers(other) is seen, (one, other)


def test_a_snapshot_is_told_as_postgresql_tells_it() -> None:
    for told in ("10:15:10,12", "7:7:"):
        assert str(parse(told)) == told
