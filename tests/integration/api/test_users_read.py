from __future__ import annotations

import pytest

from api.users.models import User
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db


def test_a_user_is_read_with_a_strong_entity_tag(public: Api, ann: User) -> None:
    answer = public.get(f"/api/users/{ann.pk}")
    assert answer.json()["data"]["email"] == ann.email
    assert answer["ETag"].startswith(f'"{ann.pk}-')


def test_what_the_client_has_already_is_not_sent_again(public: Api, ann: User) -> None:
    path = f"/api/users/{ann.pk}"
    etag = public.get(path)["ETag"]
    again = public.send("GET", path, If_None_Match=f'"other", W/{etag}')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", etag)
    assert public.send("GET", path, If_None_Match='"other"').status_code == 200


def test_head_answers_as_get_without_a_body(public: Api, ann: User) -> None:
    answer = public.head(f"/api/users/{ann.pk}")
    assert (answer.status_code, answer.content) == (200, b"")
    assert "ETag" in answer


def test_options_tells_the_methods(public: Api, ann: User) -> None:
    answer = public.options(f"/api/users/{ann.pk}")
    assert answer.status_code == 204
    assert answer["Allow"] == "GET, PUT, PATCH, DELETE, HEAD, OPTIONS"


@pytest.mark.parametrize(
    "user_id",
    [
        "0",
        "-1",
        "1.0",
        "\u0661",
        "\uff11",
        "2147483648",
        "9" * 40,
        "abc",
        "1%00",
        "%20",
        "007",
    ],
)
def test_an_id_that_no_column_could_hold_is_not_found(
    public: Api, ann: User, user_id: str
) -> None:
    for method in ("GET", "PATCH", "DELETE"):
        answer = public.send(method, f"/api/users/{user_id}", {})
        assert answer.status_code == 404
        assert errors(answer) == [("NOT_FOUND", None)]


def test_the_largest_id_is_just_not_there(public: Api) -> None:
    assert errors(public.get("/api/users/2147483647")) == [("NOT_FOUND", None)]
