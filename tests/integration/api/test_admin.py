"""The service's users in Django's admin."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User as Person
from django.test import Client

from api.users.models import User
from api.users.selectors import etag

pytestmark = pytest.mark.django_db
LIST = "/admin/api/user/"


@pytest.fixture
def admin() -> Client:
    client = Client()
    client.force_login(Person.objects.create_superuser("root", password="x" * 20))
    return client


def test_users_are_listed_and_found(admin: Client, ann: User) -> None:
    User.objects.create(name="Bob", email="bob@example.org")
    assert b"Bob" in admin.get(LIST).content
    found = admin.get(LIST, {"q": "ann@"}).content
    assert b"Ann" in found
    assert b"Bob" not in found


def test_a_change_gives_a_new_entity_tag(admin: Client, ann: User) -> None:
    before = etag(ann)
    form = {"name": "Annabel", "email": ann.email}
    assert admin.post(f"{LIST}{ann.pk}/change/", form).status_code == 302
    ann.refresh_from_db()
    assert ann.name == "Annabel"
    assert etag(ann) != before


def test_a_taken_email_is_shown_as_an_error(admin: Client, ann: User) -> None:
    form = {"name": "Other", "email": ann.email.upper()}
    answer = admin.post(f"{LIST}add/", form)
    assert answer.status_code == 200
    assert b"errornote" in answer.content
    assert User.objects.count() == 1


def test_a_new_user_is_made(admin: Client) -> None:
    form = {"name": "New", "email": "new@example.org"}
    assert admin.post(f"{LIST}add/", form).status_code == 302
    assert User.objects.get().email == "new@example.org"
