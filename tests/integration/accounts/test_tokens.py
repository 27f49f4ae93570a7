from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models.functions import Now
from pytest_django import DjangoAssertNumQueries, Settings

from ironclad.errors import Conflict, FieldsInvalid, NotFound, PermissionRefused
from sre_console.access.matrix import SCOPES
from sre_console.accounts.people import role_change
from sre_console.accounts.tokens import (
    identify,
    token_create,
    token_revoke,
    tokens_revoke,
)
from sre_console.audit.actor import SYSTEM, Actor
from sre_console.models import ApiToken, AuditEntry
from tests.integration.accounts.people import person

pytestmark = pytest.mark.django_db
ANN = Actor("ann", "operator", via="session")
VIC = Actor("vic", "viewer", via="session")
ADA = Actor("ada", "administrator", via="session")


@pytest.fixture(autouse=True)
def builtin(settings: Settings) -> None:
    settings.OPERATOR_TOKEN = "the-operators-token"
    settings.TRAFFIC_TOKEN = "the-traffics-token"


def test_a_token_acts_with_its_owners_role() -> None:
    user = person("vic", "viewer")
    found = identify(token_create(actor=VIC, user=user, name="ci"))
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
    token = token_create(actor=ANN, user=person("ann", "operator"), name="ci")
    assert identify(token) is not None
    ApiToken.objects.update(expires_at=Now())
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


def test_it_refuses_a_name_that_is_taken_until_that_one_is_revoked() -> None:
    user = person("ann", "operator")
    token_create(actor=ANN, user=user, name="ci")
    with pytest.raises(Conflict):
        token_create(actor=ANN, user=user, name="ci")
    token_create(actor=VIC, user=person("vic", "viewer"), name="ci")
    token_revoke(actor=ANN, token=ApiToken.objects.get(user=user))
    token_create(actor=ANN, user=user, name="ci")


def test_scanners_can_tell_it_by_its_looks() -> None:
    token = token_create(actor=ANN, user=person("ann", "operator"), name="ci")
    assert re.fullmatch(r"irn_[A-Za-z0-9_-]{43}", token)


def test_it_ends_after_90_days_or_as_asked_and_at_most_after_a_year() -> None:
    user = person("ann", "operator")
    token_create(actor=ANN, user=user, name="a")
    token_create(actor=ANN, user=user, name="b", days=365)
    for name, days in (("a", 90), ("b", 365)):
        row = ApiToken.objects.get(name=name)
        assert row.expires_at is not None
        assert row.expires_at - row.created_at == timedelta(days=days)
    for wrong in (0, -1, 366, None, True, "90", 1.5):
        with pytest.raises(FieldsInvalid, match="from 1 to 365"):
            token_create(actor=ANN, user=user, name="c", days=wrong)


@pytest.mark.parametrize("scopes", [[], ["all"], ["read", "people"], [None]])
def test_it_refuses_scopes_that_there_are_not(scopes: list[object]) -> None:
    with pytest.raises(FieldsInvalid, match="read, chaos, incidents, users"):
        token_create(
            actor=ANN, user=person("ann", "operator"), name="ci", scopes=scopes
        )


@pytest.mark.parametrize("name", ["", "  ", "a\nb", "a\x00b", "\ud800", "x" * 65])
def test_it_refuses_a_name_that_is_none(name: str) -> None:
    with pytest.raises(FieldsInvalid, match="what it is for"):
        token_create(actor=ANN, user=person("ann", "operator"), name=name)


def test_nobody_makes_another_persons_token() -> None:
    user = person("vic", "viewer")
    with pytest.raises(PermissionRefused):
        token_create(actor=ANN, user=user, name="ci")
    with pytest.raises(FieldsInvalid, match="for a service"):
        token_create(actor=ADA, user=user, name="ci")
    assert not ApiToken.objects.exists()


def test_a_token_makes_no_token() -> None:
    by_token = replace(ANN, scopes=frozenset(SCOPES), via="token ci")
    user = person("ann", "operator")
    with pytest.raises(PermissionRefused, match="token may not"):
        token_create(actor=by_token, user=user, name="another")
    token_create(actor=ANN, user=user, name="ci")
    with pytest.raises(PermissionRefused, match="token may not"):
        token_revoke(actor=by_token, token=ApiToken.objects.get())


def test_another_persons_token_is_not_there_but_for_an_administrator() -> None:
    token = token_create(actor=VIC, user=person("vic", "viewer"), name="ci")
    row = ApiToken.objects.get()
    with pytest.raises(NotFound):
        token_revoke(actor=ANN, token=row)
    assert identify(token) is not None
    token_revoke(actor=ADA, token=row)
    assert identify(token) is None


def test_all_of_somebodys_are_revoked_at_once() -> None:
    vic = person("vic", "viewer")
    for name in "abc":
        token_create(actor=VIC, user=vic, name=name)
    with pytest.raises(PermissionRefused):
        tokens_revoke(actor=ANN, user=vic)
    assert tokens_revoke(actor=ADA, user=vic) == 3
    assert tokens_revoke(actor=ADA, user=vic) == 0
    assert AuditEntry.objects.filter(action="api_token.revoked").count() == 3


def test_one_owner_has_a_bounded_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sre_console.accounts.tokens.MOST_LIVE", 2)
    vic = person("vic", "viewer")
    for name in "ab":
        token_create(actor=VIC, user=vic, name=name)
    with pytest.raises(Conflict, match="revoke one"):
        token_create(actor=VIC, user=vic, name="c")


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
    person("vic", "viewer")
    settings.OPERATOR_TOKEN = ""
    for options, message in (
        ({}, "no built-in operator"),
        ({"user": "ann"}, "go together"),
        ({"user": "bob", "name": "ci"}, "no role"),
        ({"user": "nobody", "name": "ci"}, "nobody called"),
        ({"user": "vic", "name": "ci", "never": True}, "from 1 to 365"),
        ({"user": "vic", "name": "ci", "days": 366}, "from 1 to 365"),
        ({"user": "vic", "name": "ci", "scopes": "read,all"}, "one or more of"),
    ):
        with pytest.raises(CommandError, match=message):
            call_command("api_token", **options)
