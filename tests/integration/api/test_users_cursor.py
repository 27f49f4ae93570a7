"""Deep pages: from place to place in the list, whatever its order and however long it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.signing import Signer
from pytest_django.fixtures import Settings

from api.users.models import User
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db

ROWS = 23
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _users(db: None) -> None:
    User.objects.bulk_create(
        User(
            # ties in each column that may have them; values that need care in a cursor
            name=f"Ü'\"{n % 4}",
            email=f"u{n * 7 % ROWS}@example.org",
            created_at=START + timedelta(microseconds=n % 3),
            updated_at=START - timedelta(days=n % 5, microseconds=1),
        )
        for n in range(ROWS)
    )


def page(public: Api, path: str) -> tuple[list[int], dict[str, Any]]:
    answer = public.get(path)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    return [row["id"] for row in body["data"]], body["meta"]["pagination"]


def all_of(public: Api, query: str) -> list[int]:
    return page(public, f"/api/users?{query}&limit=100")[0]


@pytest.mark.parametrize(
    "query",
    [
        "ordering=id", "ordering=-id", "ordering=name", "ordering=-name",
        "ordering=created_at", "ordering=-created_at", "ordering=-updated_at",
        "ordering=email", "ordering=-email", "ordering=name,-created_at",
        "ordering=-name,created_at,updated_at", "ordering=name,-id", "ordering=-created_at,name,-updated_at",
        "search=3", "search=EXAMPLE&ordering=-name", "search=nobody",
    ],
)  # fmt: skip
def test_a_walk_there_and_back_meets_everybody_once_in_order(
    public: Api, query: str
) -> None:
    expected = all_of(public, query)
    seen: list[int] = []
    path: str | None = f"/api/users?{query}&limit=4&cursor="
    pages: list[list[int]] = []
    last = ""
    while path:
        last = path
        ids, told = page(public, path)
        assert told["offset"] == len(seen)
        seen += ids
        pages.append(ids)
        path = told["next"]
    assert seen == expected
    _, told = page(public, last)
    for earlier in reversed(pages[:-1]):
        ids, told = page(public, told["previous"])
        assert ids == earlier
        assert told["next"]
    assert told["previous"] is None
    assert told["offset"] == 0


def test_who_comes_or_goes_meanwhile_moves_nobody_to_another_page(public: Api) -> None:
    ids, told = page(public, "/api/users?limit=5&cursor=")
    User.objects.filter(pk__in=ids).delete()
    following, told = page(public, told["next"])
    assert following == sorted(User.objects.values_list("pk", flat=True))[:5]
    assert told["total"] == ROWS - 5


def test_the_row_it_stands_on_may_be_gone(public: Api) -> None:
    ids, told = page(public, "/api/users?limit=5&cursor=")
    User.objects.filter(pk=ids[-1]).delete()
    assert page(public, told["next"])[0][0] == ids[-1] + 1


@pytest.mark.parametrize("ordering", ["name", "-name"])
def test_it_holds_the_longest_of_names(public: Api, ordering: str) -> None:
    strange = "".join(chr(0x1F300 + n * 37 % 4000) for n in range(255))
    User.objects.filter(email="u0@example.org").update(name=strange)
    path: str | None = f"/api/users?limit=1&ordering={ordering}&cursor="
    pages = 0
    while path:
        _, told = page(public, path)
        path, pages = told["next"], pages + 1
    assert pages == ROWS


def test_the_limit_may_change_on_the_way(public: Api) -> None:
    _, told = page(public, "/api/users?limit=5&cursor=")
    ids, _ = page(public, told["next"].replace("limit=5", "limit=7"))
    assert len(ids) == 7


def forged(topic: str) -> str:
    return Signer(key="x" * 50, salt=topic, sep=".").sign_object([0, 0, "1"])


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "%00",
        "MTIz",
        "a.b",
        "..",
        "%ff",
        "x" * 5000,
        forged("api.users.cursor\0id\0"),
    ],
)
def test_one_that_we_have_not_made_is_refused(public: Api, cursor: str) -> None:
    answer = public.get(f"/api/users?cursor={cursor}")
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "cursor")]


@pytest.mark.parametrize("other", ["ordering=-id", "search=e"])
def test_one_of_another_list_is_refused(public: Api, other: str) -> None:
    _, told = page(public, "/api/users?limit=5&cursor=")
    answer = public.get(f"{told['next']}&{other}")
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "cursor")]


def test_an_offset_beside_it_is_ignored(public: Api) -> None:
    first, told = page(public, "/api/users?limit=5&cursor=&offset=7")
    following, _ = page(public, f"{told['next']}&offset=3")
    assert first + following == all_of(public, "ordering=id")[:10]


def test_one_letter_less_is_refused(public: Api) -> None:
    _, told = page(public, "/api/users?limit=5&cursor=")
    answer = public.get(told["next"][:-1])
    assert errors(answer) == [("VALIDATION_ERROR", "cursor")]


def test_it_outlives_a_change_of_the_key(public: Api, settings: Settings) -> None:
    _, told = page(public, "/api/users?limit=5&cursor=")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of the tests" + "x" * 40
    assert len(page(public, told["next"])[0]) == 5
