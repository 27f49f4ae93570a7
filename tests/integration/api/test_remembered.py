"""Callers that are remembered, and what makes a replica forget them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import SimpleNamespace

import psycopg
import pytest
from django.contrib.auth.models import Group, User
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import Settings

from api import remembered as module
from api.reads import EdgeReaders
from api.remembered import KEPT, Remembered, remembered
from ironclad.edge.read_parts import Reader
from sre_console.accounts.tokens import token_create
from sre_console.audit.actor import SYSTEM
from sre_console.models import ApiToken
from tests.clock import FakeClock
from tests.integration.api.conftest import TRAFFIC, Api
from tests.integration.pages.conftest import person

pytestmark = pytest.mark.django_db
SCOPE = {"client": ["10.1.2.3", 5000]}


@pytest.fixture
def people(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleNamespace]:
    told = SimpleNamespace(people=0, current=True)
    monkeypatch.setattr(remembered, "people", told)
    yield told
    remembered.forget()


@pytest.fixture
def token(db: None) -> str:
    return token_create(actor=SYSTEM, user=person("vera", "viewer"), name="laptop")


def found(token: str) -> Reader | None:
    return EdgeReaders().find(SCOPE, b"Bearer " + token.encode(), None, everybody=False)


def let_in(token: str) -> None:
    assert Api(token).get("/api/users").status_code == 200


def test_whoever_was_let_in_is_known_at_the_edge(
    people: SimpleNamespace, token: str, settings: Settings
) -> None:
    settings.PUBLIC_API = False
    assert found(token) is None
    let_in(token)
    reader = found(token)
    assert reader is not None
    assert (reader.group, reader.network, reader.traffic) == (
        "known",
        "10.1.2.3",
        False,
    )
    assert reader.known == reader.caller
    assert found(token + "x") is None
    people.current = False  # what is heard is not sure
    assert found(token) is None


def test_a_token_without_the_scope_is_not(
    people: SimpleNamespace, settings: Settings
) -> None:
    settings.PUBLIC_API = False
    scopes = ["chaos"]
    user = person("vera", "operator")
    secret = token_create(actor=SYSTEM, user=user, name="x", scopes=scopes)
    assert Api(secret).get("/api/users").status_code == 403
    assert found(secret) is None


@pytest.mark.usefixtures("people")
def test_the_traffic_is_counted_apart() -> None:
    let_in(TRAFFIC)
    reader = found(TRAFFIC)
    assert reader is not None
    assert reader.traffic


def test_a_change_that_is_heard_is_forgotten_for(
    people: SimpleNamespace, token: str
) -> None:
    let_in(token)
    people.people += 1
    assert found(token) is None
    let_in(token)
    EdgeReaders().forget()  # something was changed here
    assert found(token) is None


def test_one_who_was_looked_up_before_a_change_is_not_remembered(
    people: SimpleNamespace, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = Remembered.keep

    def late(self: Remembered, *rest: object) -> None:
        people.people += 1
        keep(self, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Remembered, "keep", late)
    let_in(token)
    assert found(token) is None


@pytest.mark.usefixtures("people")
def test_it_is_forgotten_after_a_while_and_when_the_token_ends(
    token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = FakeClock(timezone.now().timestamp())
    monkeypatch.setattr(module, "clock", clock)
    let_in(token)
    assert found(token) is not None
    clock.time += KEPT
    assert found(token) is None
    ends = ApiToken.objects.get().expires_at
    assert ends is not None
    clock.time = ends.timestamp() - 1
    let_in(token)
    assert found(token) is not None
    clock.time += 1
    assert found(token) is None


CHANGES: list[Callable[[User], object]] = [
    lambda user: ApiToken.objects.filter(user=user).update(revoked_at=timezone.now()),
    lambda user: ApiToken.objects.filter(user=user).delete(),
    lambda user: User.objects.filter(pk=user.pk).update(is_active=False),
    lambda user: user.groups.clear(),
    lambda _user: Group.objects.filter(name="viewer").update(name="others"),
]


@pytest.mark.django_db(transaction=True)
def test_the_database_tells_of_each_change_and_of_no_use() -> None:
    user = person("vera", "viewer")
    token_create(actor=SYSTEM, user=user, name="laptop")
    place = connection.get_connection_params()
    place.pop("cursor_factory")
    with psycopg.connect(**place, autocommit=True) as ear:
        ear.execute("LISTEN ironclad_users")

        def told(change: Callable[[User], object]) -> list[str]:
            with transaction.atomic():
                change(user)
            return [each.payload for each in ear.notifies(timeout=0.02)]

        assert [told(change) for change in CHANGES] == [["people"]] * len(CHANGES)
        used = {"last_used_at": timezone.now(), "last_used_from": "10.0.0.0/24"}
        assert told(lambda _user: ApiToken.objects.update(**used)) == []
        assert told(lambda _user: User.objects.update(last_login=timezone.now())) == []
