"""Which state an answer tells of: entity tags of lists, and the versions that changes make."""

from __future__ import annotations

import pytest
from django.db import connection

from api.users.models import User
from tests.integration.api.conftest import Api

pytestmark = pytest.mark.django_db
LIST = "/api/users?limit=5"


def test_a_list_that_has_not_changed_is_not_sent_again(public: Api, ann: User) -> None:
    first = public.get(LIST)
    assert first["ETag"].startswith('W/"')
    for tags in (first["ETag"], f'"other", {first["ETag"][2:]}', "*"):
        again = public.send("GET", LIST, If_None_Match=tags)
        assert (again.status_code, again.content) == (304, b""), tags
        assert again["ETag"] == first["ETag"]
    User.objects.filter(pk=ann.pk).update(name="Bob")
    changed = public.send("GET", LIST, If_None_Match=first["ETag"])
    assert changed.status_code == 200
    assert changed["ETag"] != first["ETag"]


@pytest.mark.usefixtures("ann")
def test_the_rest_of_the_list_is_part_of_its_tag(public: Api) -> None:
    first = public.get(LIST)["ETag"]
    assert public.get("/api/users?limit=6")["ETag"] != first
    User.objects.create(name="Zoe", email="zoe@example.org")
    assert public.get("/api/users?limit=1")["ETag"] != first


def test_each_change_is_answered_with_its_version(public: Api, ann: User) -> None:
    path = f"/api/users/{ann.pk}"
    body = {"name": "Bob", "email": "bob@example.org"}
    with connection.cursor() as cursor:  # the tests' own transaction
        cursor.execute("SELECT pg_current_xact_id()::text")
        version = cursor.fetchone()[0]
    answers = [
        public.send("POST", "/api/users", body),
        public.send("PATCH", path, {"name": "Cy"}),
        public.send("PUT", path, {"name": "Di", "email": "di@example.org"}),
        public.send("DELETE", path),
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 200, 204]
    assert {answer["X-Ironclad-Version"] for answer in answers} == {version}


def test_what_has_written_nothing_has_no_version(public: Api, ann: User) -> None:
    path = f"/api/users/{ann.pk}"
    for answer in (
        public.get(path),
        public.send("PATCH", path, {"name": ann.name}),
        public.send("PATCH", path, {"name": ""}),
        public.send("DELETE", path, If_Match='"1-1"'),
    ):
        assert "X-Ironclad-Version" not in answer
