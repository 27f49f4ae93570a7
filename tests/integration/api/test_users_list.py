from __future__ import annotations

import pytest
from django.db.models.functions import Now

from api.users.models import User
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _users(db: None) -> None:
    for name in ("Cleo", "Ann", "Bob"):
        User.objects.create(name=name, email=f"{name.lower()}@example.org")


def names(public: Api, query: str) -> list[str]:
    answer = public.get(f"/api/users?{query}")
    assert answer.status_code == 200, answer.content
    return [user["name"] for user in answer.json()["data"]]


def test_users_come_in_the_order_they_were_made(public: Api) -> None:
    assert names(public, "") == ["Cleo", "Ann", "Bob"]


@pytest.mark.parametrize(
    ("ordering", "expected"),
    [
        ("name", ["Ann", "Bob", "Cleo"]),
        ("-name", ["Cleo", "Bob", "Ann"]),
        ("-id", ["Bob", "Ann", "Cleo"]),
        ("name,name", ["Ann", "Bob", "Cleo"]),
        ("-email,id", ["Cleo", "Bob", "Ann"]),
    ],
)
def test_they_come_as_ordered(public: Api, ordering: str, expected: list[str]) -> None:
    assert names(public, f"ordering={ordering}") == expected


@pytest.mark.parametrize(
    "ordering", ["password", "name__x", "", "--name", "-", "id;", "%00"]
)
def test_an_ordering_that_is_no_column_is_refused(public: Api, ordering: str) -> None:
    answer = public.get(f"/api/users?ordering={ordering}")
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "ordering")]


@pytest.mark.parametrize(
    ("search", "expected"),
    [
        ("CLE", ["Cleo"]),
        ("bob@ex", ["Bob"]),
        ("%25", []),
        ("_", []),
        ("", 3),
        ("%20", 3),
    ],
)
def test_search_looks_into_name_and_email(
    public: Api, search: str, expected: list[str] | int
) -> None:
    found = names(public, f"search={search}")
    assert (found if isinstance(expected, list) else len(found)) == expected


@pytest.mark.parametrize("search", ["%00", "a%00b", "x" * 256])
def test_a_search_that_no_column_could_hold_is_refused(
    public: Api, search: str
) -> None:
    answer = public.get(f"/api/users?search={search}")
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "search")]


def test_bytes_that_are_no_text_find_nothing(public: Api) -> None:
    assert names(public, "search=%ff%fe") == []


def test_parameters_of_other_names_are_ignored(public: Api) -> None:
    assert len(names(public, "colour=blue")) == 3


@pytest.mark.parametrize(
    "ordering", ["name", "-name", "-created_at,name", "name,-created_at"]
)
def test_ties_follow_the_direction_of_the_last_term(public: Api, ordering: str) -> None:
    User.objects.update(name="Same", created_at=Now())
    found = public.get(f"/api/users?ordering={ordering}").json()["data"]
    ids = [user["id"] for user in found]
    assert ids == sorted(ids, reverse=ordering.rpartition(",")[2].startswith("-"))
