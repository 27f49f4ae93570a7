from __future__ import annotations

import pytest

from api.users.models import User
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db


def test_put_replaces_both_fields(public: Api, ann: User) -> None:
    body = {"name": "Bea", "email": "bea@example.org"}
    answer = public.send("PUT", f"/api/users/{ann.pk}", body)
    assert answer.status_code == 200
    ann.refresh_from_db()
    assert (ann.name, ann.email) == ("Bea", "bea@example.org")


def test_put_needs_both_fields(public: Api, ann: User) -> None:
    answer = public.send("PUT", f"/api/users/{ann.pk}", {"name": "Bea"})
    assert errors(answer) == [("VALIDATION_ERROR", "email")]


def test_patch_changes_what_it_names_and_the_entity_tag(public: Api, ann: User) -> None:
    path = f"/api/users/{ann.pk}"
    before = public.get(path)["ETag"]
    answer = public.send("PATCH", path, {"name": "Bea"})
    data = answer.json()["data"]
    assert (data["name"], data["email"]) == ("Bea", ann.email)
    assert answer["ETag"] == public.get(path)["ETag"] != before


def test_a_patch_that_changes_nothing_leaves_the_entity_tag(
    public: Api, ann: User
) -> None:
    path = f"/api/users/{ann.pk}"
    before = public.get(path)["ETag"]
    assert public.send("PATCH", path, {"name": ann.name})["ETag"] == before
    assert public.send("PATCH", path, {})["ETag"] == before


def test_a_bad_patch_changes_nothing(public: Api, ann: User) -> None:
    answer = public.send("PATCH", f"/api/users/{ann.pk}", {"name": "Bea", "email": "x"})
    assert errors(answer) == [("VALIDATION_ERROR", "email")]
    ann.refresh_from_db()
    assert ann.name == "Ann"


def test_an_email_may_change_its_own_letter_case(public: Api, ann: User) -> None:
    path = f"/api/users/{ann.pk}"
    answer = public.send("PATCH", path, {"email": ann.email.upper()})
    assert answer.status_code == 200


def test_somebody_elses_email_conflicts(public: Api, ann: User) -> None:
    other = User.objects.create(name="Bob", email="bob@example.org")
    answer = public.send(
        "PATCH", f"/api/users/{other.pk}", {"email": ann.email.lower()}
    )
    assert answer.status_code == 409
    assert errors(answer) == [("CONFLICT", "email")]


def test_a_deleted_user_is_gone(public: Api, ann: User) -> None:
    answer = public.delete(f"/api/users/{ann.pk}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert public.delete(f"/api/users/{ann.pk}").status_code == 404
    assert not User.objects.exists()
