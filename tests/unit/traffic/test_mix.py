from __future__ import annotations

from collections import Counter
from itertools import islice
from random import Random

from sre_console.traffic.mix import SHARES, Kind, kinds


def test_each_hundred_holds_exactly_the_shares() -> None:
    drawn = kinds(Random(7))
    for _ in range(3):
        assert Counter(islice(drawn, 100)) == Counter(SHARES)


def test_the_same_seed_gives_the_same_order() -> None:
    assert list(islice(kinds(Random(7)), 300)) == list(islice(kinds(Random(7)), 300))


def test_each_hundred_has_an_order_of_its_own() -> None:
    drawn = kinds(Random(7))
    assert list(islice(drawn, 100)) != list(islice(drawn, 100))


def test_it_mostly_reads() -> None:
    reads = SHARES[Kind.LIST] + SHARES[Kind.GET] + SHARES[Kind.SEARCH]
    assert reads >= 75
    assert sum(SHARES.values()) == 100


def test_it_deletes_as_many_as_it_creates() -> None:
    assert SHARES[Kind.DELETE] == SHARES[Kind.CREATE]
