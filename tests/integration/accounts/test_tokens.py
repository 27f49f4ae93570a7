from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from ironclad.errors import Conflict
from sre_console.accounts.services import role_change
from sre_console.accounts.tokens import identify, token_create, token_revoke
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.models import ApiToken, AuditEntry
from tests.integration.accounts.people import person

pytestmark = pytest.mark.django_db
ANN = Actor("ann", "operator")


@pytest.fixture(autouse=True)
def builtin(settings: Settings) -> None:
    settings.OPERATOR_TOKEN = "the-operators-token"
    settings.TRAFFIC_TOKEN = "the-traffics-token"


def test_a_token_acts_with_its_owners_role() -> None:
    user = person("vic", "viewer")
    found = identify(token_create(actor=ANN, user=user, name="ci"))
    assert found is not None
    assert (found.name, found.role, found.user) == ("vic", "viewer", user)


def test_the_built_in_tokens_need_no_database(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        operator, traffic = (
            identify("the-operators-token"),
            identify("the-traffics-token"),
        )
    assert operator is not None
    assert traffic is not None
    assert (operator.name, operator.role, operator.user) == (
        "operator",
        "operator",
        None,
    )
    assert (traffic.name, traffic.role) == ("traffic", "traffic")


@pytest.mark.parametrize(
    "wrong", ["", "unknown", "the-operators-token ", "x" * 300, "\ud800", "a\x00b"]
)
def test_an_unknown_token_is_nobodys(wrong: str) -> None:
    assert identify(wrong) is None


def test_an_empty_token_never_matches_an_unset_one(settings: Settings) -> None:
    settings.OPERATOR_TOKEN = settings.TRAFFIC_TOKEN = ""
    assert identify("") is None


def test_an_expired_token_is_nobodys() -> None:
    ended = timezone.now() - timedelta(seconds=1)
    user = person("ann", "operator")
    token = token_create(actor=ANN, user=user, name="ci", expires_at=ended)
    assert identify(token) is None


def test_a_revoked_token_is_nobodys_and_the_end_is_audited_once() -> None:
    token = token_create(actor=ANN, user=person("ann", "operator"), name="ci")
    row = ApiToken.objects.get()
    token_revoke(actor=ANN, token=row)
    token_revoke(actor=ANN, token=row)
    assert identify(token) is None
    assert AuditEntry.objects.filter(action="api_token.revoked").count() == 1


def test_a_token_loses_its_power_with_its_owner() -> None:
    user = person("ann", "operator")
    token = token_create(actor=ANN, user=user, name="ci")
    role_change(actor=SYSTEM, user=user, role=None)
    assert identify(token) is None


def test_a_token_of_somebody_switched_off_is_nobodys() -> None:
    user = person("ann", "operator")
    token = token_create(actor=ANN, user=user, name="ci")
    user.is_active = False
    user.save()
    assert identify(token) is None


def test_only_the_digest_is_kept_and_the_audit_log_tells_no_secret() -> None:
    token = token_create(actor=ANN, user=person("ann", "operator"), name="ci")
    kept = str(ApiToken.objects.values().get()) + str(AuditEntry.objects.values().get())
    assert token not in kept


def test_it_refuses_a_name_that_is_taken() -> None:
    user = person("ann", "operator")
    token_create(actor=ANN, user=user, name="ci")
    with pytest.raises(Conflict):
        token_create(actor=ANN, user=user, name="ci")


def test_the_command_prints_a_token_that_works() -> None:
    person("ann", "operator")
    out = StringIO()
    call_command("api_token", user="ann", name="ci", days=1, stdout=out)
    found = identify(out.getvalue().strip())
    assert found is not None
    assert found.name == "ann"


def test_the_command_alone_prints_the_built_in_operators() -> None:
    out = StringIO()
    call_command("api_token", stdout=out)
    assert out.getvalue() == "the-operators-token\n"


def test_the_command_says_what_is_wrong(settings: Settings) -> None:
    person("bob")
    settings.OPERATOR_TOKEN = ""
    for options, message in (
        ({}, "no built-in operator"),
        ({"user": "ann"}, "go together"),
        ({"user": "bob", "name": "ci"}, "with a role"),
        ({"user": "nobody", "name": "ci"}, "with a role"),
    ):
        with pytest.raises(CommandError, match=message):
            call_command("api_token", **options)
