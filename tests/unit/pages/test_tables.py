"""Tables that are sorted by the address."""

from __future__ import annotations

import pytest

from ironclad.errors import FieldsInvalid
from sre_console.pages.tables import (
    Column,
    Order,
    address,
    heads,
    order_read,
    rows_sorted,
)

COLUMNS = [
    Column("Name", "name"),
    Column("Lasted", "lasted", right=True, down=True),
    Column("What to do"),
]


def test_the_order_is_read_from_the_address() -> None:
    assert order_read({"sort": "name"}, COLUMNS) == Order("name", down=False)
    assert order_read({"sort": "-lasted"}, COLUMNS) == Order("lasted", down=True)
    assert order_read({"rules": "-name"}, COLUMNS, "rules") == Order("name", down=True)
    assert order_read({"sort": ""}, COLUMNS) is None
    assert order_read({}, COLUMNS) is None


@pytest.mark.parametrize("asked", ["lost", "-", "--name", "name,lasted", "NAME"])
def test_a_column_that_there_is_not_is_refused_by_name(asked: str) -> None:
    with pytest.raises(FieldsInvalid) as error:
        order_read({"sort": asked}, COLUMNS)
    [(field, message)] = error.value.problems
    assert field == "sort"
    assert "name, lasted" in message


def test_a_head_asks_first_for_what_its_column_is_looked_at_for() -> None:
    name, lasted, _ = heads(COLUMNS, None, "/at", {})
    assert name.href == "/at?sort=name#sort-name"
    assert lasted.href == "/at?sort=-lasted#sort-lasted"
    assert (name.sort, lasted.sort) == ("", "")


def test_the_head_of_the_sorted_column_turns_it_round() -> None:
    name, lasted, _ = heads(COLUMNS, Order("lasted", down=True), "/at", {})
    assert (name.sort, lasted.sort) == ("", "descending")
    assert lasted.href == "/at?sort=lasted#sort-lasted"
    again = heads(COLUMNS, Order("lasted", down=False), "/at", {})[1]
    assert (again.sort, again.href) == ("ascending", "/at?sort=-lasted#sort-lasted")


def test_a_head_keeps_the_other_parameters_and_begins_at_the_first_page() -> None:
    query = {"q": "a&b", "sort": "-lasted", "page": "3"}
    name = heads(COLUMNS, Order("lasted", down=True), "/at", query)[0]
    assert name.href == "/at?q=a%26b&sort=name#sort-name"
    other = heads(COLUMNS, None, "/at", query, "rules")[0]
    assert other.href == "/at?q=a%26b&sort=-lasted&rules=name#rules-name"


def test_a_column_without_a_name_has_no_link() -> None:
    head = heads(COLUMNS, None, "/at", {})[2]
    assert (head.href, head.id) == ("", "")


def test_rows_without_a_value_come_last_either_way() -> None:
    keys = {"name": lambda row: row}
    rows = [None, 2, 1, None, 3]
    up = rows_sorted(rows, Order("name", down=False), keys)
    down = rows_sorted(rows, Order("name", down=True), keys)
    assert up == [1, 2, 3, None, None]
    assert down == [3, 2, 1, None, None]
    assert rows_sorted(rows, None, keys) == rows


def test_ties_stay_as_they_were_either_way() -> None:
    rows = [("b", 1), ("a", 1), ("c", 0)]
    keys = {"n": lambda row: row[1]}
    assert rows_sorted(rows, Order("n", down=True), keys) == rows
    up = rows_sorted(rows, Order("n", down=False), keys)
    assert up == [("c", 0), ("b", 1), ("a", 1)]


def test_an_address_names_only_what_is_not_empty() -> None:
    assert address("/at", {"q": "", "page": 2, "n": 0}) == "/at?page=2&n=0"
    assert address("/at", {"q": ""}) == "/at"
