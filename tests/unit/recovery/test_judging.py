"""Whether a recovery would come about, from what is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sre_console.recovery.judging import CODES, Facts, answer, findings

GOOD = Facts(
    backup_age=3600.0, free_share=0.9, validated_age=86_400.0, recovery_seconds=8.0,
    lost_seconds=3.0, replica_seconds=0.0,
)  # fmt: skip
DAY = 86_400.0


def judged(**fields: object) -> tuple[str, list[str]]:
    found = findings(replace(GOOD, **fields))  # type: ignore[arg-type]
    return answer(found), [each.code for each in found]


def test_all_good_is_a_yes_without_anything_to_do() -> None:
    assert judged() == ("yes", [])


def test_nothing_known_is_no_yes() -> None:
    found = findings(Facts())
    assert answer(found) == "nothing"
    assert [each.code for each in found] == ["no_backup", "not_validated"]


@pytest.mark.parametrize(
    ("fields", "said", "codes"),
    [
        ({"backup_age": 27 * 3600.0}, "doubtful", ["backup_old"]),
        ({"dump_age": 27 * 3600.0}, "doubtful", ["dump_old"]),
        ({"failures": 2}, "doubtful", ["backup_failed"]),
        ({"archive_failing": 301.0}, "doubtful", ["archive_failing"]),
        ({"exposed": 3601.0}, "doubtful", ["exposed"]),
        ({"free_share": 0.1}, "doubtful", ["space_low"]),
        ({"validated_age": None}, "doubtful", ["not_validated"]),
        ({"validated_age": 36 * DAY}, "doubtful", ["validation_overdue"]),
        ({"replica_seconds": 301.0}, "doubtful", ["replica_late"]),
        ({"replica_lost": True, "replica_seconds": 99.0}, "doubtful", ["replica_lost"]),
        ({"complaints": 1}, "no", ["repository_unread"]),
        ({"missing_wal": 1}, "no", ["wal_missing"]),
        ({"validation_failed": True}, "no", ["validation_failed"]),
        ({"recovery_seconds": 4 * 3600.0 + 1}, "no", ["promise_missed"]),
        ({"lost_seconds": 3601.0}, "no", ["promise_missed"]),
        ({"lost_seconds": 61.0}, "yes", ["aim_missed"]),
        ({"drills_overdue": 5}, "yes", ["drills_overdue"]),
    ],
)
def test_each_thing_that_is_wrong_is_said(
    fields: dict[str, object], said: str, codes: list[str]
) -> None:
    assert judged(**fields) == (said, codes)


def test_the_gravest_comes_first() -> None:
    _, codes = judged(failures=1, missing_wal=1, drills_overdue=1)
    assert codes == ["wal_missing", "backup_failed", "drills_overdue"]


def test_what_was_not_measured_missed_nothing() -> None:
    assert judged(recovery_seconds=None, lost_seconds=None) == ("yes", [])


def test_every_code_can_be_said() -> None:
    worst = Facts(
        failures=1, complaints=1, missing_wal=1, archive_failing=999.0, exposed=DAY, free_share=0.0,
        validated_age=99 * DAY, validation_failed=True, recovery_seconds=DAY, lost_seconds=DAY,
        replica_lost=True, drills_overdue=1,
    )  # fmt: skip
    said: set[str] = {each.code for each in findings(worst)}
    rest = {"backup_old", "dump_old", "not_validated", "aim_missed", "replica_late"}
    assert said | rest == set(CODES)
    assert not said & rest
