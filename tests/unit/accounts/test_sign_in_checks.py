"""An identity provider that is configured by half is told before anybody tries it."""

from __future__ import annotations

import pytest
from pytest_django.fixtures import Settings

from sre_console.checks import check_sign_in


def told() -> list[str]:
    return [str(found.id).removeprefix("ironclad.") for found in check_sign_in(None)]


@pytest.fixture
def whole(settings: Settings) -> Settings:
    settings.BUILTIN = False
    settings.SECOND_FACTOR = "required"
    settings.OIDC_ISSUER = "https://id.example.org/realms/sre"
    settings.OIDC_CLIENT_ID = "ironclad"
    settings.OIDC_ROLES = ["sre-admins=administrator", "a=b=viewer"]
    return settings


def test_a_whole_one_and_none_are_both_well(
    settings: Settings, whole: Settings
) -> None:
    assert told() == []
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID, settings.OIDC_ROLES = "", "", []
    assert told() == []


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("OIDC_ISSUER", "", ["E070"]),
        ("OIDC_CLIENT_ID", "", ["E070"]),
        ("OIDC_ROLES", [], ["E070"]),
        ("OIDC_ISSUER", "http://id.example.org", ["E071"]),
        ("OIDC_ISSUER", "id.example.org", ["E071"]),
        ("OIDC_ROLES", ["sre=root"], ["E072"]),
        ("OIDC_ROLES", ["operator"], ["E072"]),
        ("OIDC_ROLES", ["=operator"], ["E072"]),
        ("OIDC_SCOPES", "profile", ["E073"]),
        ("SECOND_FACTOR", "optional", ["W070"]),
    ],
)
def test_whatever_is_missing_or_wrong_is_told(
    whole: Settings, name: str, value: object, found: list[str]
) -> None:
    setattr(whole, name, value)
    assert told() == found


def test_a_rehearsal_may_have_a_plain_issuer_and_no_second_factor(
    whole: Settings,
) -> None:
    whole.BUILTIN, whole.SECOND_FACTOR = True, "optional"
    whole.OIDC_ISSUER = "http://127.0.0.1:8080"
    assert told() == []
