"""The list that answers are held against: search, order, pages."""

from __future__ import annotations

from tests.load.consistent.model import page
from tests.load.consistent.record import Query, Row, Version


def user(number: int, name: str, created: int = 0) -> Version:
    row: Row = (number, name, f"{number}@example.com", "", "")
    return Version(str(number), 0, 0, row=row, created=created)


STATE = [user(3, "birch"), user(1, "amber"), user(2, "cedar"), user(4, "amber", 9)]


def ids(query: Query) -> list[int]:
    return [row[0] for row in page(STATE, query).rows]


def test_ties_go_the_way_of_the_last_column() -> None:
    assert ids(Query(ordering="name")) == [1, 4, 3, 2]
    assert ids(Query(ordering="-name")) == [2, 3, 4, 1]
    assert ids(Query(ordering="name,-created_at")) == [4, 1, 3, 2]
    assert ids(Query(ordering="-created_at")) == [4, 3, 2, 1]


def test_a_search_looks_into_names_and_emails() -> None:
    assert ids(Query(search="amber")) == [1, 4]
    assert ids(Query(search="3@example")) == [3]


def test_a_page_tells_what_is_before_and_after() -> None:
    middle = page(STATE, Query(limit=2, offset=1))
    assert [row[0] for row in middle.rows] == [2, 3]
    assert (middle.total, middle.more, middle.less) == (4, True, True)
    beyond = page(STATE, Query(offset=9))
    assert (beyond.rows, beyond.total, beyond.more) == ((), 4, False)


def test_a_walk_goes_on_after_a_place_that_may_be_nobodys_by_now() -> None:
    start = page(STATE, Query(limit=2, walks=True))
    assert ([row[0] for row in start.rows], start.more, start.less) == (
        [1, 2],
        True,
        False,
    )
    for place, then in ((user(2, "cedar"), [3, 4]), (user(5, "gone"), [])):
        found = page(STATE, Query(limit=2, walks=True, after=place))
        assert [row[0] for row in found.rows] == then
        assert (found.total, found.more, found.less) == (4, False, bool(then))
    down = Query(ordering="-name,created_at", walks=True, after=user(9, "birch", 1))
    assert ids(down) == [1, 4]
