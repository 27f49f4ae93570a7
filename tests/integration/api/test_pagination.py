from __future__ import annotations

import pytest

from api.users.models import User
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _users(db: None) -> None:
    User.objects.bulk_create(
        User(name=f"User {n}", email=f"u{n}@example.org") for n in range(45)
    )


def test_a_page_holds_twenty_unless_asked_otherwise(public: Api) -> None:
    body = public.get("/api/users").json()
    assert len(body["data"]) == 20
    assert body["meta"]["pagination"] == {
        "total": 45,
        "totalExact": True,
        "limit": 20,
        "offset": 0,
        "next": "/api/users?limit=20&offset=20",
        "previous": None,
    }


def test_following_next_visits_every_user_once(public: Api) -> None:
    seen: list[int] = []
    path = "/api/users?search=user&ordering=-name&limit=7"
    while path:
        body = public.get(path).json()
        seen += [user["id"] for user in body["data"]]
        path = body["meta"]["pagination"]["next"]
    assert len(seen) == len(set(seen)) == 45


def test_previous_leads_back_to_the_start(public: Api) -> None:
    body = public.get("/api/users?limit=20&offset=5").json()
    assert body["meta"]["pagination"]["previous"] == "/api/users?limit=20&offset=0"


def test_beyond_the_end_there_is_an_empty_page(public: Api) -> None:
    body = public.get("/api/users?offset=2147483647&limit=100").json()
    assert body["data"] == []
    assert body["meta"]["pagination"]["next"] is None
    assert body["meta"]["pagination"]["total"] == 45


@pytest.mark.parametrize(
    "value", ["0", "101", "-1", "1.5", "x", "", "\u0661", "\u00b2", "9" * 30]
)
def test_a_limit_out_of_bounds_is_refused_by_name(public: Api, value: str) -> None:
    answer = public.get("/api/users", {"limit": value})
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "limit")]


@pytest.mark.parametrize("value", ["-1", "2147483648", "NaN", "1e3", " 1", "+1"])
def test_an_offset_out_of_bounds_is_refused_by_name(public: Api, value: str) -> None:
    answer = public.get("/api/users", {"offset": value})
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", "offset")]
