from __future__ import annotations

import pytest

from api.users.models import User
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db


def test_a_user_is_made_and_can_be_read_at_its_location(public: Api) -> None:
    made = public.send("POST", "/api/users", {"name": "Ann", "email": "a@b.co"})
    assert made.status_code == 201
    read = public.get(made["Location"])
    assert read.json()["data"] == made.json()["data"]
    assert read["ETag"] == made["ETag"]
    assert set(read.json()["data"]) == {
        "id", "name", "email", "created_at", "updated_at",
    }  # fmt: skip


def test_blanks_around_the_values_are_cut_off(public: Api) -> None:
    public.send("POST", "/api/users", {"name": "  Ann B  ", "email": " a@b.co "})
    user = User.objects.get()
    assert (user.name, user.email) == ("Ann B", "a@b.co")


def test_a_client_cannot_choose_the_id_or_the_times(public: Api) -> None:
    body = {"name": "A", "email": "a@b.co", "id": 777, "created_at": "1999-01-01"}
    made = public.send("POST", "/api/users", body).json()["data"]
    assert made["id"] != 777
    assert not made["created_at"].startswith("1999")


@pytest.mark.parametrize(
    "email", ["Ann@example.org", "ann@EXAMPLE.org", "ANN@example.org"]
)
def test_a_taken_email_conflicts_whatever_its_letter_case(
    public: Api, ann: User, email: str
) -> None:
    answer = public.send("POST", "/api/users", {"name": "Other", "email": email})
    assert answer.status_code == 409
    assert errors(answer) == [("CONFLICT", "email")]
    assert list(User.objects.all()) == [ann]


def test_the_trailing_slash_is_another_form_of_the_same_address(public: Api) -> None:
    answer = public.send("POST", "/api/users/", {"name": "A", "email": "a@b.co"})
    assert answer.status_code == 201
    assert public.get(answer["Location"] + "/").status_code == 200
