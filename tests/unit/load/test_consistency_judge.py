"""One answer at a time: what it may equal, and what it may not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from tests.load.consistent import model
from tests.load.consistent.judge import Verdict, judge
from tests.load.consistent.record import (
    Answer,
    Page,
    Query,
    Record,
    Row,
    Single,
    Version,
    name_of,
)

ALL = Query(limit=100)


def write(
    user: str, number: int, began: float, acked: float, *, replica: int = 0
) -> Version:
    row: Row = (int(user[1:]), name_of("amber", user, number), f"{user}@x.io", "", "")
    tag = f'"{row[0]}-{number}"'
    return Version(
        user, number, began, replica, row, acked=acked, taken=acked, etag=tag
    )


def delete(user: str, number: int, began: float, acked: float) -> Version:
    return Version(user, number, began, deletes=True, acked=acked, taken=acked)


ONE = write("u001", 0, 0, 0.1)
TWO = write("u002", 0, 0, 0.1)
CHANGED = write("u001", 1, 10, 10.1)


def page(*versions: Version) -> Page:
    return model.page(versions, ALL)


def told(began: float, ended: float, got: Page | Single, **more: object) -> Answer:
    asked = ALL if isinstance(got, Page) else ("u001", 1)
    return replace(Answer(0, began, ended, asked, got), **more)  # type: ignore[arg-type]  # its fields


def verdict(versions: Sequence[Version], *answers: Answer) -> Verdict:
    users: dict[str, list[Version]] = {}
    for version in versions:
        users.setdefault(version.user, []).append(replace(version))
    return judge(Record(users, list(answers)))


def kinds(versions: Sequence[Version], *answers: Answer) -> list[str]:
    return [each.kind for each in verdict(versions, *answers).violations]


def test_a_write_in_flight_may_show_and_may_not() -> None:
    for shown in (ONE, CHANGED):
        assert kinds([ONE, CHANGED], told(10.05, 10.07, page(shown))) == []


def test_an_acknowledged_write_must_show_where_it_was_written() -> None:
    assert kinds([ONE, CHANGED], told(10.11, 10.12, page(ONE))) == ["missed write"]


def test_elsewhere_it_may_be_late_for_250_ms_and_no_longer() -> None:
    late = told(10.3, 10.31, page(ONE), replica=1)
    assert verdict([ONE, CHANGED], late).oldest == 10.3 - 10.1
    later = told(10.4, 10.41, page(ONE), replica=1)
    assert kinds([ONE, CHANGED], later) == ["stale"]


def test_where_its_version_is_named_it_must_show_at_once() -> None:
    users = {"u001": [replace(ONE), replace(CHANGED)]}
    late = told(10.11, 10.12, page(ONE), replica=1, named=users["u001"][1])
    found = judge(Record(users, [late])).violations
    assert [each.kind for each in found] == ["missed write"]


def test_what_one_answer_has_told_of_has_happened() -> None:
    slow = write("u001", 1, 10, 20)
    first = told(11, 11.1, page(slow))
    assert kinds([ONE, slow], first, told(11.2, 11.3, page(ONE))) == []
    assert kinds([ONE, slow], first, told(11.4, 11.5, page(ONE))) == ["stale"]


def test_all_rows_are_of_one_state() -> None:
    other = write("u002", 1, 11, 11.1)
    mixed = told(10.05, 11.2, page(ONE, other))
    assert kinds([ONE, TWO, CHANGED, other], mixed) == ["no state"]


def test_the_total_is_of_the_same_state() -> None:
    gone = delete("u002", 1, 12, 12.1)
    mixed = replace(page(CHANGED, TWO), total=1)
    versions = [ONE, TWO, CHANGED, gone]
    assert kinds(versions, told(11.9, 12.2, mixed)) == ["torn answer"]
    assert kinds(versions, told(11.9, 12.2, replace(mixed, total=None))) == []


def test_a_page_leaves_nobody_out_and_keeps_their_order() -> None:
    assert kinds([ONE, TWO], told(1, 2, page(ONE, TWO))) == []
    turned = replace(page(ONE, TWO), rows=page(ONE, TWO).rows[::-1])
    assert kinds([ONE, TWO], told(1, 2, turned)) == ["no state"]
    assert kinds([ONE, TWO], told(50, 51, page(ONE))) == ["no state"]


def test_the_links_say_whether_there_is_more() -> None:
    assert kinds([ONE], told(1, 2, replace(page(ONE), more=True))) == ["torn answer"]


def test_a_walk_leaves_nobody_out_after_its_place() -> None:
    last = write("u003", 0, 0, 0.1)
    asked = Query(limit=100, walks=True, after=ONE)
    right = model.page([ONE, TWO, last], asked)
    assert [row[0] for row in right.rows] == [2, 3]
    assert kinds([ONE, TWO, last], told(1, 2, right, asked=asked)) == []
    short = replace(right, rows=right.rows[1:])
    assert kinds([ONE, TWO, last], told(50, 51, short, asked=asked)) == ["no state"]


def test_nobody_else_wrote_a_row() -> None:
    stranger = write("u001", 7, 0, 1)
    assert kinds([ONE], told(1, 2, page(stranger))) == ["unknown row"]


def test_a_row_is_whole() -> None:
    row = (*page(CHANGED).rows[0][:2], "old@x.io", "", "")
    torn = replace(page(CHANGED), rows=(row,))
    assert kinds([ONE, CHANGED], told(11, 12, torn)) == ["torn row"]


def test_nothing_shows_before_it_was_asked_for() -> None:
    assert kinds([ONE, CHANGED], told(8, 9, page(CHANGED))) == ["from the future"]


def test_a_deleted_user_is_gone() -> None:
    gone = delete("u001", 1, 10, 10.1)
    there = Single(ONE.row, ONE.etag)
    assert kinds([ONE, gone], told(10.2, 10.3, Single(None, None))) == []
    assert kinds([ONE, gone], told(10.2, 10.3, there)) == ["missed write"]
    assert kinds([ONE, gone], told(9, 9.1, Single(None, None))) == ["stale"]


def test_not_modified_means_the_state_that_has_the_tag() -> None:
    assert kinds([ONE, CHANGED], told(9, 9.1, Single(None, ONE.etag))) == []
    old = told(11, 11.1, Single(None, ONE.etag))
    assert kinds([ONE, CHANGED], old) == ["stale"]


def test_one_tag_names_one_body() -> None:
    first, second = (
        told(9, 9.1, page(ONE), etag="a"),
        told(11, 12, page(CHANGED), etag="a"),
    )
    assert kinds([ONE, CHANGED], first, second) == ["one tag, two bodies"]


def test_a_row_has_one_tag() -> None:
    wrong = told(9, 9.1, Single(ONE.row, '"1-9"'))
    assert kinds([ONE], wrong) == ["two tags, one row"]


def test_a_write_without_an_answer_may_show_from_its_start_on() -> None:
    lost = replace(CHANGED, acked=float("inf"), taken=float("inf"))
    for shown in (ONE, CHANGED):
        assert kinds([ONE, lost], told(50, 51, page(shown))) == []
    shown_once = told(50, 51, page(CHANGED))
    assert kinds([ONE, lost], shown_once, told(60, 61, page(ONE))) == ["stale"]


def test_more_states_than_can_be_tried_are_told_as_such() -> None:
    many = [write(f"u{at:03}", 0, 1, 9) for at in range(20)]
    query = Query(limit=1)
    none = told(2, 3, Page((), 99, more=True, less=False), asked=query)
    assert verdict(many, none).undecided == 1
