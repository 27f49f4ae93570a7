from __future__ import annotations

import json
from random import Random

import pytest

from sre_console.traffic.mix import Kind
from sre_console.traffic.requests import RequestMaker
from sre_console.traffic.residents import DOMAIN, Residents


@pytest.fixture
def residents() -> Residents:
    return Residents("run", Random(1), capacity=2)


@pytest.fixture
def maker(residents: Residents) -> RequestMaker:
    return RequestMaker(residents, Random(1))


def answer(data: object, total: int = 0) -> bytes:
    pagination = {"total": total}
    return json.dumps({"data": data, "meta": {"pagination": pagination}}).encode()


def create(maker: RequestMaker, user: int) -> None:
    request = maker.make(Kind.CREATE, 0.0)
    request.learn(201, answer({"id": user}))


def test_a_create_posts_a_name_and_a_recognisable_email(maker: RequestMaker) -> None:
    request = maker.make(Kind.CREATE, 0.0)
    assert (request.method, request.path) == ("POST", "/api/users")
    body = json.loads(request.body)
    assert body["email"].endswith(f"@{DOMAIN}")
    assert set(body) == {"name", "email"}


def test_a_created_user_can_be_updated_and_deleted(maker: RequestMaker) -> None:
    create(maker, 7)
    update = maker.make(Kind.UPDATE, 0.0)
    assert update.method in {"PUT", "PATCH"}
    assert update.path == "/api/users/7"
    delete = maker.make(Kind.DELETE, 0.0)
    assert (delete.method, delete.path) == ("DELETE", "/api/users/7")


def test_a_full_house_updates_instead_of_creating(maker: RequestMaker) -> None:
    create(maker, 7)
    create(maker, 8)
    assert maker.make(Kind.CREATE, 0.0).method in {"PUT", "PATCH"}


def test_without_users_of_its_own_it_reads(maker: RequestMaker) -> None:
    for kind in (Kind.UPDATE, Kind.DELETE, Kind.GET):
        assert maker.make(kind, 0.0).method == "GET"


def test_a_list_tells_which_users_there_are(maker: RequestMaker) -> None:
    maker.make(Kind.LIST, 0.0).learn(200, answer([{"id": 42}], 1))
    assert maker.make(Kind.GET, 0.0).path == "/api/users/42"


def test_a_search_doubles_as_the_sweep(maker: RequestMaker) -> None:
    request = maker.make(Kind.SEARCH, 0.0)
    assert f"search=@{DOMAIN}" in request.path
    row = {"id": 3, "email": f"t-old-1@{DOMAIN}"}
    request.learn(200, answer([row], 1))
    assert f"search=@{DOMAIN}" not in maker.make(Kind.SEARCH, 0.5).path


@pytest.mark.parametrize("kind", [Kind.CREATE, Kind.UPDATE, Kind.DELETE])
def test_every_write_slot_deletes_while_there_are_leftovers(
    maker: RequestMaker, residents: Residents, kind: Kind
) -> None:
    residents.swept(0.0, [{"id": 3, "email": f"t-old-1@{DOMAIN}"}], total=1)
    request = maker.make(kind, 0.0)
    assert (request.method, request.path) == ("DELETE", "/api/users/3")


@pytest.mark.parametrize("status", [0, 500, 503])
def test_a_delete_that_failed_is_tried_again(maker: RequestMaker, status: int) -> None:
    create(maker, 7)
    maker.make(Kind.DELETE, 0.0).learn(status, b"")
    assert maker.make(Kind.UPDATE, 0.0).method == "GET"
    again = maker.make(Kind.DELETE, 0.0)
    assert (again.method, again.path) == ("DELETE", "/api/users/7")


@pytest.mark.parametrize("status", [204, 404])
def test_a_user_that_is_gone_stays_gone(maker: RequestMaker, status: int) -> None:
    create(maker, 7)
    maker.make(Kind.DELETE, 0.0).learn(status, b"")
    assert maker.make(Kind.DELETE, 0.0).method == "GET"


@pytest.mark.parametrize("body", [b"", b"[]", b"<html>", b'{"data": 1}', b"{}"])
def test_answers_out_of_shape_teach_nothing(maker: RequestMaker, body: bytes) -> None:
    for kind in (Kind.LIST, Kind.SEARCH, Kind.CREATE):
        maker.make(kind, 0.0).learn(200, body)
    assert maker.make(Kind.GET, 0.0).path == "/api/users?limit=20"
