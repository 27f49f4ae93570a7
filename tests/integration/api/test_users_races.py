"""Two requests at once, with real transactions on connections of their own."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, connections, transaction

from api.users.models import User
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db(transaction=True)
BOTH = 2
ROUNDS = 15


@pytest.fixture
def at_once() -> Iterator[Callable[[list[Callable[[], Any]]], list[Any]]]:
    """Runs calls in threads that start together."""
    pool = ThreadPoolExecutor(max_workers=8)

    def run(calls: list[Callable[[], Any]]) -> list[Any]:
        gate = threading.Barrier(len(calls))

        def one(call: Callable[[], Any]) -> Any:
            try:
                gate.wait(10)
                return call()
            finally:
                connections.close_all()

        return [future.result(30) for future in [pool.submit(one, c) for c in calls]]

    yield run
    pool.shutdown()


def test_of_many_creates_of_one_email_exactly_one_wins(at_once: Any) -> None:
    for number in range(ROUNDS):
        emails = [f"A{number}@example.org", f"a{number}@EXAMPLE.org"] * 3
        bodies = [{"name": "A", "email": email} for email in emails]
        answers = at_once(
            [
                lambda body=body: Api().send("POST", "/api/users", body)
                for body in bodies
            ]
        )
        assert Counter(a.status_code for a in answers) == {201: 1, 409: 5}
        losers = [a for a in answers if a.status_code == 409]
        assert [errors(a) for a in losers] == [[("CONFLICT", "email")]] * 5
    assert User.objects.count() == ROUNDS


def test_parallel_patches_of_different_fields_lose_neither(
    at_once: Any, ann: User
) -> None:
    path = f"/api/users/{ann.pk}"
    for number in range(ROUNDS):
        name, email = f"Ann {number}", f"ann{number}@example.org"
        at_once(
            [
                lambda name=name: Api().send("PATCH", path, {"name": name}),
                lambda email=email: Api().send("PATCH", path, {"email": email}),
            ]
        )
        ann.refresh_from_db()
        assert (ann.name, ann.email) == (name, email)


def test_of_two_editors_with_one_entity_tag_exactly_one_wins(
    at_once: Any, ann: User
) -> None:
    path = f"/api/users/{ann.pk}"
    for number in range(ROUNDS):
        etag = Api().get(path)["ETag"]
        answers = at_once(
            [
                lambda n=n: Api().send("PATCH", path, {"name": n}, If_Match=etag)  # noqa: B023
                for n in (f"One {number}", f"Two {number}")
            ]
        )
        assert sorted(a.status_code for a in answers) == [200, 412]


def test_an_entity_tag_never_comes_back_when_the_clock_is_set_back(ann: User) -> None:
    with _updated_in_the_future(ann):
        path = f"/api/users/{ann.pk}"
        before = Api().get(path)["ETag"]
        after = Api().send("PATCH", path, {"name": "Later"})["ETag"]
        assert int(after.strip('"').split("-")[1]) > int(
            before.strip('"').split("-")[1]
        )


@contextmanager
def _updated_in_the_future(user: User) -> Iterator[None]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE users SET updated_at = now() + interval '1 hour' WHERE id = %s",
            [user.pk],
        )
    yield
