from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.target import LATEST, at_moment, at_name
from sre_console.recovery.targets import PROMISED


def test_a_moment_has_a_zone() -> None:
    found = at_moment("2026-01-31 12:00:00+00")
    assert found.moment == datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert str(found) == "2026-01-31 12:00:00+00:00"


@pytest.mark.parametrize("words", ["2026-01-31 12:00:00", "yesterday", "", "12:00+00"])
def test_what_is_no_moment_is_refused(words: str) -> None:
    with pytest.raises(RecoveryFailed, match="time zone"):
        at_moment(words)


def test_a_name_is_one_of_a_restore_point() -> None:
    assert str(at_name("before-1.4.0")) == "before-1.4.0"
    assert str(LATEST) == "latest"
    for wrong in ("", "-x", "a b", "a'b", "x" * 64):
        with pytest.raises(RecoveryFailed, match="restore point"):
            at_name(wrong)


def test_targets_are_met_at_their_edge() -> None:
    assert PROMISED.met(4 * 3600, 3600)
    assert not PROMISED.met(4 * 3600 + 1, 0)
    assert not PROMISED.met(0, 3601)
