"""How many backups are kept, and when the next is due."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ironclad.recovery.keeping import Policy, due, no_longer_needed, to_remove
from ironclad.recovery.repository import Archive, BaseBackup
from ironclad.recovery.segments import named

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
KEPT = Policy(keep=3, most=1000)


def backup(
    number: int, *, age: timedelta = timedelta(), stored: int = 10
) -> BaseBackup:
    return BaseBackup(
        label=f"b{number}", kind="full", started_at=NOW - age, ended_at=NOW - age,
        size=stored, stored=stored, wal_start=named(1, number), wal_stop=named(1, number),
        version=18,
    )  # fmt: skip


def wal(first: int, last: int, size: int = 1) -> dict[str, int]:
    return {named(1, number): size for number in range(first, last + 1)}


def why(backups: list[BaseBackup], held: dict[str, int], *missing: str) -> str | None:
    archive = Archive(min(held), max(held), missing) if held else None
    return due(backups, archive, held, NOW, KEPT)


def test_none_is_due_while_the_newest_is_young() -> None:
    young = backup(1, age=timedelta(hours=23, minutes=59))
    assert why([young], wal(1, 9)) is None


def test_one_is_due_without_any_and_after_a_day() -> None:
    assert why([], {}) == "there is none yet"
    assert (
        why([backup(1, age=timedelta(days=1))], wal(1, 9)) == "the newest is a day old"
    )


def test_one_is_due_after_a_gap_a_restore_and_much_wal() -> None:
    assert "is missing" in (why([backup(1)], wal(1, 9), named(1, 4)) or "")
    assert why([backup(5)], wal(1, 9), named(1, 4)) is None  # of before it
    restored = wal(1, 9) | {named(2, 9): 1}
    assert "restored since" in (why([backup(1)], restored) or "")
    assert "much was written" in (why([backup(1)], wal(1, 251)) or "")
    assert why([backup(1)], wal(1, 250)) is None


def test_more_than_the_number_go_oldest_first() -> None:
    every = [backup(number) for number in range(1, 6)]
    assert to_remove(every, {}, KEPT) == every[:2]
    assert to_remove(every[:3], {}, KEPT) == []


def test_more_than_the_bytes_go_and_never_the_newest() -> None:
    every = [backup(1), backup(5), backup(9, stored=5000)]
    assert to_remove(every, {}, KEPT) == every[:2]
    # Backups of 10 bytes each and 200 for each segment since the oldest that stays.
    assert to_remove([backup(1), backup(5)], wal(1, 8, 200), KEPT) == [backup(1)]


def test_wal_of_before_the_oldest_is_not_needed_on_any_timeline() -> None:
    held = [named(1, 4), named(1, 5), named(2, 4), named(2, 6)]
    assert no_longer_needed(backup(5), held) == [named(1, 4), named(2, 4)]
