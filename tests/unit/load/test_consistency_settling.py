"""What becomes of writes that nobody answered for, by what the database has in the end."""

from __future__ import annotations

from math import inf

import pytest

from tests.load.consistent import slots
from tests.load.consistent.record import Record, Row, Version, name_of

ACKED = Version("u001", 0, 0, row=(1, name_of("amber", "u001", 0), "", "", ""), acked=1)
THERE: Row = (1, name_of("amber", "u001", 1), "", "", "")


def settled(
    monkeypatch: pytest.MonkeyPatch, there: Row | None, *versions: Version
) -> list[Version]:
    rows = {} if there is None else {"u001": (there, 5, 6)}
    monkeypatch.setattr(slots, "_rows", lambda _: rows)
    record = Record({"u001": list(versions)})
    slots.settle("", record)
    return record.users["u001"]


def lost(*, deletes: bool = False) -> Version:
    return Version("u001", 1, 2, deletes=deletes, failed="no answer")


def test_one_that_is_there_took_effect(monkeypatch: pytest.MonkeyPatch) -> None:
    last = settled(monkeypatch, THERE, ACKED, lost())[-1]
    assert (last.row, last.created, last.updated, last.acked) == (THERE, 5, 6, inf)


def test_one_that_is_not_did_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settled(monkeypatch, ACKED.row, ACKED, lost()) == [ACKED]
    assert settled(monkeypatch, None, lost()) == []


def test_a_delete_did_if_the_user_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    gone = lost(deletes=True)
    assert settled(monkeypatch, None, ACKED, gone) == [ACKED, gone]
    assert settled(monkeypatch, ACKED.row, ACKED, gone) == [ACKED]


@pytest.mark.parametrize("there", [THERE, None])
def test_what_was_acknowledged_is_there(
    monkeypatch: pytest.MonkeyPatch, there: Row | None
) -> None:
    with pytest.raises(AssertionError):
        settled(monkeypatch, there, ACKED)
