from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models.functions import Now
from pytest_django import Settings

from ironclad.errors import AuthenticationRequired, PermissionRefused
from sre_console.access.matrix import ROLES, Role
from sre_console.accounts.roles import role_of
from sre_console.accounts.services import (
    ensure_builtin_person,
    sign_in_code_create,
    sign_in_code_role,
    sign_in_code_use,
)
from sre_console.models import AuditEntry, SignInCode
from tests.integration.accounts.people import browser
from tests.integration.threads import at_once

pytestmark = pytest.mark.django_db


def test_a_code_signs_in_as_the_built_in_operator() -> None:
    request = browser()
    assert sign_in_code_use(sign_in_code_create(), request) == "in"
    user = request.user
    assert isinstance(user, User)
    assert (user.username, role_of(user)) == ("operator", "operator")
    assert request.session["_auth_user_id"] == str(user.pk)
    assert not user.has_usable_password()


def test_its_use_is_audited() -> None:
    sign_in_code_use(sign_in_code_create(), browser())
    actions = list(AuditEntry.objects.order_by("id").values_list("action", flat=True))
    assert actions == ["sign_in_code.created", "role.changed", "sign_in.accepted"]
    entry = AuditEntry.objects.order_by("-id")[0]
    assert (entry.actor, entry.role) == ("operator", "operator")
    assert entry.detail == {"how": "one-time link", "second_factor": False}


def test_it_works_once() -> None:
    code = sign_in_code_create()
    sign_in_code_use(code, browser())
    request = browser()
    with pytest.raises(AuthenticationRequired, match="sign_in_link"):
        sign_in_code_use(code, request)
    assert "_auth_user_id" not in request.session
    assert AuditEntry.objects.order_by("-id")[0].action == "sign_in.refused"


def test_it_works_for_ten_minutes() -> None:
    code = sign_in_code_create()
    left = SignInCode.objects.values_list("expires_at", "created_at").get()
    assert left[0] - left[1] == timedelta(minutes=10)
    SignInCode.objects.update(expires_at=Now())
    with pytest.raises(AuthenticationRequired):
        sign_in_code_use(code, browser())


@pytest.mark.parametrize("wrong", ["", "guess", "x" * 10_000, "a\x00b", "\ud800"])
def test_an_unknown_code_is_refused(wrong: str) -> None:
    with pytest.raises(AuthenticationRequired):
        sign_in_code_use(wrong, browser())


def test_a_built_in_operator_who_is_switched_off_is_refused() -> None:
    user = ensure_builtin_person()
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(AuthenticationRequired):
        sign_in_code_use(sign_in_code_create(), browser())


def test_a_code_has_256_bits_and_only_its_digest_is_kept() -> None:
    code = sign_in_code_create()
    assert re.fullmatch(r"[\w-]{43}", code, re.ASCII)
    kept = str(SignInCode.objects.values().get()) + str(
        AuditEntry.objects.values().get()
    )
    assert code not in kept


def test_codes_long_gone_are_cleared_away() -> None:
    sign_in_code_create()
    SignInCode.objects.update(expires_at=Now() - timedelta(days=2))
    sign_in_code_create()
    assert SignInCode.objects.count() == 1


def test_there_are_none_outside_the_built_in_profile(settings: Settings) -> None:
    code = sign_in_code_create()
    settings.BUILTIN = False
    with pytest.raises(PermissionRefused):
        sign_in_code_create()
    with pytest.raises(PermissionRefused):
        sign_in_code_use(code, browser())
    with pytest.raises(CommandError, match="built-in profile only"):
        call_command("sign_in_link")


def test_the_command_prints_a_link_that_works(settings: Settings) -> None:
    settings.PORT = 3210
    out = StringIO()
    call_command("sign_in_link", stdout=out)
    start = "http://127.0.0.1:3210/enter/"
    link = out.getvalue().strip()
    assert link.startswith(start)
    assert sign_in_code_role(link.removeprefix(start)) == "operator"
    assert sign_in_code_use(link.removeprefix(start), browser()) == "in"


@pytest.mark.parametrize("role", ROLES)
def test_a_link_can_be_had_for_each_role(role: Role) -> None:
    out = StringIO()
    call_command("sign_in_link", "--as", role, stdout=out)
    request = browser()
    sign_in_code_use(out.getvalue().strip().rpartition("/")[2], request)
    assert isinstance(request.user, User)
    assert (request.user.username, role_of(request.user)) == (role, role)
    assert request.user.is_staff == (role in {"operator", "administrator"})
    with pytest.raises(CommandError):
        call_command("sign_in_link", "--as", "root")


@pytest.mark.django_db(transaction=True)
def test_of_two_uses_at_once_one_signs_in() -> None:
    code = sign_in_code_create()
    outcomes = at_once([lambda: sign_in_code_use(code, browser()) for _ in range(4)])
    kinds = sorted(type(outcome).__name__ for outcome in outcomes)
    assert kinds == [AuthenticationRequired.__name__] * 3 + ["str"]
    assert User.objects.filter(username="operator").count() == 1
    assert AuditEntry.objects.filter(action="sign_in.accepted").count() == 1
    assert AuditEntry.objects.filter(action="sign_in.refused").count() == 3
