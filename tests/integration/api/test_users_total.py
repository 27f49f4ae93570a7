"""How many there are: counted as far as that is cheap, or as far as is asked for."""

from __future__ import annotations

from typing import Any

import pytest

from api.users import paging, statement
from api.users.models import User
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db

ROWS = 25
BOUND = 10


@pytest.fixture(autouse=True)
def _few(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (paging, statement):
        monkeypatch.setattr(module, "BOUND", BOUND)
    User.objects.bulk_create(
        User(name=f"User {n}", email=f"u{n}@example.org") for n in range(ROWS)
    )


def told(public: Api, query: str) -> tuple[int, bool, Any]:
    found = public.get(f"/api/users?{query}").json()["meta"]["pagination"]
    return found["total"], found["totalExact"], found["next"]


@pytest.mark.parametrize(
    ("query", "total", "exact"),
    [
        ("limit=5", BOUND, False),
        ("limit=5&total=bounded", BOUND, False),
        ("limit=5&total=exact", ROWS, True),
        ("limit=5&cursor=", BOUND, False),
        ("limit=5&cursor=&total=exact", ROWS, True),
        ("search=User 1&limit=5", BOUND, False),  # 1, and 10 to 19
        ("search=User 2&limit=5", 6, True),
        ("search=nobody", 0, True),
        ("limit=5&offset=12", 18, False),  # so many have been seen, and one more
        ("limit=5&offset=20", ROWS, True),  # the end is in sight
        ("limit=5&offset=18", 24, False),
        ("limit=5&offset=24", ROWS, True),
        ("limit=5&offset=99", BOUND, False),  # beyond it
    ],
)
def test_the_total_is_a_number_and_says_whether_it_is_all(
    public: Api, query: str, total: int, exact: bool
) -> None:
    assert told(public, query)[:2] == (total, exact)


def test_there_is_a_next_page_as_long_as_there_are_rows(public: Api) -> None:
    path, seen = "/api/users?limit=4", 0
    while path:
        body = public.get(path).json()
        seen += len(body["data"])
        path = body["meta"]["pagination"]["next"]
    assert seen == ROWS


@pytest.mark.parametrize("total", ["", "yes", "Exact", "%00"])
def test_any_other_way_to_count_is_refused(public: Api, total: str) -> None:
    answer = public.get(f"/api/users?total={total}")
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "total")]
