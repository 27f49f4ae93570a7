"""What is sent to a drill."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ironclad.errors import FieldsInvalid
from sre_console.recovery.drills.asked import (
    Measured,
    lessons_read,
    start_read,
    tick_read,
)

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def refused(**asked: object) -> list[str | None]:
    with pytest.raises(FieldsInvalid) as found:
        tick_read(asked)
    return [field for field, _ in found.value.problems]


def test_a_tick_without_anything_is_done_now() -> None:
    tick = tick_read({})
    assert tick.done
    assert (tick.at, tick.restore, tick.measured) == (None, None, None)


@pytest.mark.parametrize(
    "words",
    ["2026-01-31T12:00:00Z", "2026-01-31 12:00:00+00", "2026-01-31T14:00+02:00"],
)
def test_it_reads_moments_with_a_zone(words: str) -> None:
    assert tick_read({"at": words}).at == NOON


@pytest.mark.parametrize(
    "words", ["2026-01-31T12:00:00", "noon", "2026-02-31T12:00:00Z", 7, True, ""]
)
def test_it_refuses_what_is_no_moment(words: object) -> None:
    assert refused(at=words) == ["at"]


def test_a_loss_is_the_time_between_two_moments() -> None:
    measured = tick_read(
        {"before": "2026-01-31T12:00:30Z", "after": "2026-01-31T12:00:00Z",
         "source": "users.updated_at"}
    ).measured  # fmt: skip
    assert measured is not None
    assert measured.seconds == 30
    assert Measured(NOON, NOON.replace(hour=13), "x").seconds == 0


def test_a_loss_needs_both_moments_and_where_they_are_from() -> None:
    assert refused(before="2026-01-31T12:00:00Z") == ["after", "source"]
    assert refused(source="users") == ["before", "after"]


@pytest.mark.parametrize("restore", [0, -1, 2**31, "1", True, 1.5])
def test_a_restore_is_named_by_its_number(restore: object) -> None:
    assert refused(restore=restore) == ["restore"]


def test_it_tells_all_that_is_wrong_at_once() -> None:
    found = refused(done="yes", note="a\x00b", at=1, other=1)
    assert found == ["done", "note", "at", "other"]


@pytest.mark.parametrize("reason", ["", "   ", "a\nb", "x" * 501, None, 7])
def test_a_start_says_why(reason: object) -> None:
    with pytest.raises(FieldsInvalid) as found:
        start_read({"scenario": "volume-lost", "reason": reason})
    assert found.value.field == "reason"


def test_lessons_that_were_not_sent_are_none() -> None:
    assert lessons_read({}) is None
    assert lessons_read({"lessons": "a\nb "}) == "a\nb"
