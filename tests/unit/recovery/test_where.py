"""A condition on rows stays the one expression that it is."""

from __future__ import annotations

import pytest

from ironclad.recovery.failure import RecoveryFailed
from ironclad.recovery.table import parted, plain


@pytest.mark.parametrize(
    "where",
    [
        "id < 100",
        "email = 'o''brien; -- (@example.org' AND (id > 1 OR id IN (2, 3))",
        '"odd ;name" IS NULL',
        "id IN (SELECT max(id) FROM users)",
    ],
)
def test_an_expression_is_taken(where: str) -> None:
    plain(where)


@pytest.mark.parametrize(
    "where",
    [
        "",
        "  ",
        "true) UNION SELECT 1 WHERE (true",
        "true); DROP TABLE users; --",
        "true; SELECT 1",
        "id < 100 -- all",
        "id /* */ < 100",
        "name = 'open",
        'name = "open',
        "name = $$quoted$$",
        "name = E'\\'; SELECT 1 --'",
        "(id < 100",
        "id < 100\0",
        "id < " + "1" * 2000,
    ],
)
def test_what_would_leave_its_parentheses_is_refused(where: str) -> None:
    with pytest.raises(RecoveryFailed):
        plain(where)


def test_a_table_may_be_named_with_its_schema() -> None:
    assert parted("users") == ("public", "users")
    assert parted("audit.entry") == ("audit", "entry")


@pytest.mark.parametrize("words", ["", "a.b.c", "users; DROP", 'us"ers', "1users"])
def test_what_is_no_name_is_refused(words: str) -> None:
    with pytest.raises(RecoveryFailed):
        parted(words)
