from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ironclad.recovery.comparing import How, compare, lost_seconds, newest
from ironclad.recovery.counting import Count, Table

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
EVENTS = Table("incident_event", "at", appended=True)
USERS = Table("users", "created_at")


def why(table: Table, source: Count | None, restored: Count | None, how: How) -> str:
    one = {table.name: source} if source else {}
    other = {table.name: restored} if restored else {}
    (found,) = compare([table], one, other, how=how)
    return found.why


def test_the_same_on_both_sides_passes() -> None:
    same = Count(5, AT, 77)
    assert why(USERS, same, same, "exact") == ""
    assert why(USERS, same, same, "near") == ""


def test_exactly_means_that_one_row_less_fails_and_one_more_too() -> None:
    assert why(USERS, Count(5), Count(4), "exact") == "4 rows instead of 5"
    assert why(USERS, Count(5), Count(6), "exact") == "6 rows instead of 5"


def test_an_older_newest_row_fails_though_as_many_are_there() -> None:
    told = why(USERS, Count(5, AT), Count(5, AT - timedelta(seconds=1)), "exact")
    assert told.startswith("the newest is of 2026-01-31 11:59:59")


def test_other_rows_of_the_same_number_fail() -> None:
    told = why(USERS, Count(5, AT, 1), Count(5, AT, 2), "exact")
    assert told == "the same number of rows, but others are in it"


def test_a_digest_that_one_side_did_not_take_is_not_compared() -> None:
    assert why(USERS, Count(5, AT, 1), Count(5, AT), "exact") == ""


def test_nearly_means_that_a_table_which_only_grows_lacks_no_row() -> None:
    assert why(EVENTS, Count(500), Count(499), "near") == "1 rows are missing"
    assert why(EVENTS, Count(500), Count(501), "near") == ""


def test_nearly_means_that_other_tables_may_differ_by_a_twentieth() -> None:
    assert why(USERS, Count(1000), Count(950), "near") == ""
    assert "51 from the source's 1000" in why(USERS, Count(1000), Count(949), "near")
    assert why(USERS, Count(10), Count(0), "near") == ""  # or by ten rows


def test_a_table_that_one_side_has_not_fails() -> None:
    assert why(USERS, Count(0), None, "near") == "the table is missing"
    assert why(USERS, None, Count(0), "near") == "the source has no such table"
    assert compare([USERS], {}, {}, how="exact") == []


def test_what_is_lost_is_from_the_newest_restored_to_the_newest_of_the_source() -> None:
    source = {
        "users": Count(2, AT),
        "incident_event": Count(1, AT + timedelta(seconds=9)),
    }
    restored = {"users": Count(1, AT), "incident_event": Count(0)}
    assert newest(source) == AT + timedelta(seconds=9)
    assert lost_seconds(source, restored) == 9
    assert (
        lost_seconds(restored, source) == 0
    )  # a source that has less has lost nothing
    assert lost_seconds(source, {}) is None
