from __future__ import annotations

import pytest

from api.users.models import User
from tests.integration.api.conftest import Api, errors

pytestmark = pytest.mark.django_db
CHANGES = [
    ("PUT", {"name": "B", "email": "b@b.co"}),
    ("PATCH", {"name": "B"}),
    ("DELETE", None),
]


@pytest.mark.parametrize(("method", "body"), CHANGES)
def test_a_change_goes_through_when_the_state_is_the_one_read(
    public: Api, ann: User, method: str, body: object
) -> None:
    path = f"/api/users/{ann.pk}"
    etag = public.get(path)["ETag"]
    answer = public.send(method, path, body, If_Match=f'"other", {etag}')
    assert answer.status_code in {200, 204}


@pytest.mark.parametrize(("method", "body"), CHANGES)
@pytest.mark.parametrize("condition", ['"1-1"', "junk", "", "W/{etag}"])
def test_a_change_of_another_state_is_refused(
    public: Api, ann: User, method: str, body: object, condition: str
) -> None:
    path = f"/api/users/{ann.pk}"
    etag = public.get(path)["ETag"]
    answer = public.send(method, path, body, If_Match=condition.format(etag=etag))
    assert answer.status_code == 412
    assert errors(answer) == [("PRECONDITION_FAILED", None)]
    ann.refresh_from_db()
    assert ann.name == "Ann"


def test_a_star_matches_whatever_is_there(public: Api, ann: User) -> None:
    path = f"/api/users/{ann.pk}"
    assert public.send("PATCH", path, {"name": "B"}, If_Match="*").status_code == 200


def test_the_second_of_two_editors_is_told(public: Api, ann: User) -> None:
    path = f"/api/users/{ann.pk}"
    read = public.get(path)["ETag"]
    first = public.send("PATCH", path, {"name": "First"}, If_Match=read)
    second = public.send("PATCH", path, {"name": "Second"}, If_Match=read)
    assert (first.status_code, second.status_code) == (200, 412)
