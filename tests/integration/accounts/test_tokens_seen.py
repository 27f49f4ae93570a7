"""A token's last use is shown, and costs its requests nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.db.models.functions import Now, TruncMinute
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from sre_console.accounts.tokens import token_create
from sre_console.accounts.tokens_seen import Sightings, network, sightings
from sre_console.audit.actor import SYSTEM
from sre_console.models import ApiToken
from tests.integration.accounts.people import person

pytestmark = pytest.mark.django_db


@pytest.fixture
def row() -> ApiToken:
    token_create(actor=SYSTEM, user=person("ann", "operator"), name="ci")
    return ApiToken.objects.get()


def test_a_request_leaves_when_and_from_which_network() -> None:
    token = token_create(actor=SYSTEM, user=person("ann", "operator"), name="ci")
    answer = Client().get(
        "/api/chaos",
        headers={"Authorization": f"Bearer {token}"},
        REMOTE_ADDR="192.0.2.77",
    )
    assert answer.status_code == 200
    assert ApiToken.objects.get().last_used_at is None
    sightings.store(now=True)
    row = ApiToken.objects.annotate(minute=TruncMinute(Now())).get()
    assert row.last_used_from == "192.0.2.0/24"
    assert row.last_used_at is not None
    assert timedelta() <= row.minute - row.last_used_at <= timedelta(minutes=1)


def test_it_is_written_at_most_once_a_minute(row: ApiToken) -> None:
    seen = Sightings()
    for address in ("192.0.2.7", "198.51.100.7"):
        ApiToken.objects.filter(last_used_at=None).update(last_used_at=Now())
        seen.saw(row.pk, address)
        seen.store(now=True)
    row.refresh_from_db()
    assert row.last_used_from == ""
    ApiToken.objects.update(last_used_at=Now() - timedelta(minutes=1))
    seen.saw(row.pk, "198.51.100.7")
    seen.store(now=True)
    row.refresh_from_db()
    assert row.last_used_from == "198.51.100.0/24"


def test_between_two_writes_the_database_is_not_asked(
    row: ApiToken, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    seen = Sightings()
    seen.store(now=True)
    with django_assert_num_queries(0):
        for _ in range(100):
            seen.saw(row.pk, "192.0.2.7")
            seen.store()


def test_a_write_that_fails_harms_nobody(
    row: ApiToken, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise DatabaseError

    seen = Sightings()
    seen.saw(row.pk, "192.0.2.7")
    monkeypatch.setattr("sre_console.accounts.tokens_seen.transaction.atomic", fail)
    seen.store(now=True)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("unknown", ""),
        ("", ""),
    ],
)
def test_a_network_is_told_and_not_the_very_address(address: str, told: str) -> None:
    assert network(address) == told
