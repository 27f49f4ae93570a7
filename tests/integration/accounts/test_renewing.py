"""Before a signing key goes for good, nothing depends on it any more."""

from __future__ import annotations

import secrets

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from sre_console.accounts.vault import decrypted, encrypted
from sre_console.models import AuditEntry, SecondFactor

pytestmark = [pytest.mark.any_postgres, pytest.mark.django_db]
OLD, NEW = secrets.token_urlsafe(50), secrets.token_urlsafe(50)


@pytest.fixture(autouse=True)
def _two(settings: Settings) -> None:
    """One enrolled before the change, one after it."""
    settings.SECRET_KEY_FALLBACKS = [OLD]
    for name, key in (("ada", OLD), ("bob", NEW)):
        settings.SECRET_KEY = key
        SecondFactor.objects.create(
            user=User.objects.create(username=name), secret=encrypted(name)
        )


def test_those_of_before_are_renewed_and_the_old_key_may_go(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("second_factors_renew")
    assert capsys.readouterr().out.startswith("1 renewed")
    settings.SECRET_KEY_FALLBACKS = []
    for held in SecondFactor.objects.select_related("user"):
        assert decrypted(held.secret) == (held.user.get_username(), False)
    call_command("second_factors_renew")
    assert capsys.readouterr().out.startswith("0 renewed")
    (entry,) = AuditEntry.objects.all()
    assert (entry.action, entry.detail) == ("second_factors.renewed", {"count": 1})


def test_it_says_whose_cannot_be_read(settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(CommandError, match="ada"):
        call_command("second_factors_renew")
    settings.SECRET_KEY_FALLBACKS = [OLD]
    call_command("second_factors_renew")
