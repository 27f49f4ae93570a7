from __future__ import annotations

from typing import Any

import pytest

from api.users.models import User
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db
GOOD = {"name": "Ann", "email": "a@b.co"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "   "),
        ("name", "x" * 256),
        ("name", "a\u0000b"),
        ("name", "a\nb"),
        ("name", "\u0007"),
        ("name", "\ud800"),
        ("name", None),
        ("name", 5),
        ("name", True),
        ("name", ["Ann"]),
        ("name", {"first": "Ann"}),
        ("email", ""),
        ("email", "nobody"),
        ("email", "a@b"),
        ("email", "a b@c.co"),
        ("email", "x" * 251 + "@b.co"),
        ("email", "a\u0000@b.co"),
        ("email", None),
        ("email", 7),
    ],
)
def test_a_bad_value_is_refused_by_name_and_nothing_is_written(
    public: Api, field: str, value: Any
) -> None:
    answer = public.send("POST", "/api/users", {**GOOD, field: value})
    assert answer.status_code == 400
    assert set(errors(answer)) == {("VALIDATION_ERROR", field)}
    assert not User.objects.exists()


@pytest.mark.parametrize(
    "name", ["x", "x" * 255, "Zoë 李 🙂", "O'Brien; DROP TABLE users"]
)
def test_a_name_may_hold_any_printable_text(public: Api, name: str) -> None:
    answer = public.send("POST", "/api/users", {**GOOD, "name": name})
    assert answer.status_code == 201
    assert answer.json()["data"]["name"] == name


def test_every_wrong_field_is_named_at_once(public: Api) -> None:
    answer = public.send("POST", "/api/users", {})
    assert errors(answer) == [
        ("VALIDATION_ERROR", "name"),
        ("VALIDATION_ERROR", "email"),
    ]


def test_a_field_that_is_not_there_is_a_mistake(public: Api) -> None:
    answer = public.send("POST", "/api/users", {**GOOD, "emial": "a@b.co"})
    assert errors(answer) == [("VALIDATION_ERROR", "emial")]
    assert not User.objects.exists()


def test_an_empty_body_lacks_both_fields(public: Api) -> None:
    answer = public.post("/api/users")
    assert answer.status_code in {400, 415}


@pytest.mark.parametrize("body", ["[]", "null", '"text"', "1"])
def test_a_body_that_is_no_object_is_refused(public: Api, body: str) -> None:
    assert errors(public.send("POST", "/api/users", body)) == [
        ("VALIDATION_ERROR", None)
    ]
