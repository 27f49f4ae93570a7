"""Which backup a restore takes, and why it would not begin."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.plan import Plan, Wish, choose, plan
from ironclad.recovery.repository import Archive, BaseBackup
from ironclad.recovery.target import LATEST, Target, at_moment, at_name

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
NOW = NOON + timedelta(days=3)


def segment(number: int) -> str:
    return f"{1:08X}{0:08X}{number:08X}"


def backup(
    label: str, ended: datetime, first: int = 2, version: int = 15
) -> BaseBackup:
    return BaseBackup(
        label, "full", ended - timedelta(minutes=5), ended, 200_000_000, 90_000_000,
        segment(first), segment(first + 1), version,
    )  # fmt: skip


SUNDAY = backup("sunday", NOON, 2)
MONDAY = backup("monday", NOON + timedelta(days=1), 20)
WHOLE = Archive(segment(1), segment(40))


def planned(
    target: Target = LATEST,
    *,
    archive: Archive | None = WHOLE,
    free: int = 10**11,
    label: str = "",
    up_to_gap: bool = False,
) -> Plan:
    wish = Wish(target, Path("/new"), label=label, up_to_gap=up_to_gap)
    return plan(
        wish, repository="here", backups=[SUNDAY, MONDAY], archive=archive, version=15,
        free=free, now=NOW,
    )  # fmt: skip


def after(hours: float) -> Target:
    return Target("time", NOON + timedelta(hours=hours))


def test_it_takes_the_newest_backup_that_ended_before_the_moment() -> None:
    assert planned(after(23)).backup == SUNDAY
    assert planned(after(25)).backup == MONDAY


@pytest.mark.parametrize("target", [LATEST, at_name("before-the-migration")])
def test_without_a_moment_it_takes_the_newest(target: Target) -> None:
    assert planned(target).backup == MONDAY


def test_it_takes_the_backup_that_is_named() -> None:
    assert planned(at_name("old"), label="sunday").backup == SUNDAY


def test_it_tells_which_wal_it_needs_at_most() -> None:
    made = planned(after(1))
    assert (made.wal_first, made.wal_last) == (segment(2), segment(40))
    assert made.wal == 39 * 16 * 1024 * 1024


def test_it_estimates_by_rates_that_it_tells() -> None:
    lines = "\n".join(planned().lines())
    assert "time    about 14 s, at 100 MB/s of files and 40 MB/s of WAL" in lines


def test_a_moment_is_written_with_its_zone() -> None:
    assert planned(at_moment("2026-02-01 02:00:00+02")).backup == SUNDAY
    with pytest.raises(RecoveryFailed, match="no moment with a time zone"):
        at_moment("2026-02-01 02:00:00")


def refused(match: str, target: Target = LATEST, **given: object) -> None:
    with pytest.raises(RecoveryFailed, match=match) as caught:
        planned(target, **given)  # type: ignore[arg-type]
    assert caught.value.remedy


def test_it_refuses_a_moment_before_the_oldest_backup_ended() -> None:
    refused("before the oldest backup, sunday", after(0))


def test_it_refuses_the_future() -> None:
    refused("is in the future", Target("time", NOW + timedelta(seconds=1)))


def test_it_refuses_a_backup_that_is_newer_than_the_moment() -> None:
    refused("monday ended at .* not before the target", after(23), label="monday")


def test_it_refuses_a_label_that_is_not_there() -> None:
    refused("there is no backup friday", label="friday")


def test_it_refuses_a_repository_without_a_backup() -> None:
    with pytest.raises(RecoveryFailed, match="no backup in the repository"):
        choose([], LATEST, "", NOW)


def test_it_refuses_files_of_another_major_version() -> None:
    with pytest.raises(
        RecoveryFailed, match="PostgreSQL 14, the programs here are of 15"
    ):
        plan(
            Wish(LATEST, Path("/new")), repository="here",
            backups=[backup("old", NOON, version=14)], archive=WHOLE, version=15,
            free=10**11, now=NOW,
        )  # fmt: skip


def test_it_refuses_a_disk_that_is_too_full() -> None:
    refused("300 MB free, 65. MB are needed", free=300_000_000)


def test_it_refuses_a_backup_whose_own_wal_is_missing() -> None:
    refused(
        f"cannot be made consistent: segment {segment(21)}",
        archive=Archive(segment(1), segment(40), (segment(21),)),
    )


def test_it_refuses_the_newest_where_a_segment_is_missing() -> None:
    gap = Archive(segment(1), segment(40), (segment(30), segment(31)))
    refused(f"segment {segment(30)} is missing", archive=gap)
    made = planned(archive=gap, up_to_gap=True)
    assert made.warnings == (
        f"segment {segment(30)} is missing: nothing after it can be reached",
    )


def test_a_moment_may_lie_before_a_missing_segment() -> None:
    gap = Archive(segment(1), segment(40), (segment(30),))
    assert segment(30) in planned(after(25), archive=gap).warnings[0]


def test_a_segment_that_is_missing_before_the_backup_is_of_no_interest() -> None:
    gap = Archive(segment(1), segment(40), (segment(5),))
    assert planned(archive=gap).warnings == ()


def test_without_wal_the_backup_itself_can_be_had() -> None:
    refused("no WAL is kept", after(25), archive=None)
    assert planned(archive=None).wal_last == segment(21)
