"""A signing key that somebody thought up is refused in production; a drawn one never is."""

from __future__ import annotations

import random
import secrets
import string
from base64 import b64encode

import pytest
from pytest_django.fixtures import Settings

from ironclad.secret_checks import check_security_contact, check_signing_keys
from ironclad.secret_strength import weakness

GOOD, OTHER = secrets.token_urlsafe(50), secrets.token_urlsafe(50)


@pytest.fixture(autouse=True)
def _production(settings: Settings) -> None:
    settings.BUILTIN = False
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = GOOD, []


def told() -> list[str]:
    return [str(found.id) for found in check_signing_keys(None)]


@pytest.mark.parametrize(
    "key",
    [
        GOOD[:31],
        "changeme" * 6,
        "change-me-" + GOOD,
        "only-for-tests-" + "x" * 40,
        "django-insecure-" + GOOD,
        "my-SECRET-key-of-the-year-2026-is-this",
        "a" * 64,
        "ab" * 32,
        "0123456789" * 5,
        string.ascii_lowercase[::-1] + string.digits,
        "the quick brown fox " * 3,
    ],
    ids=range(11),  # the workers of xdist draw keys of their own
)
def test_a_key_that_was_thought_up_is_refused(key: str, settings: Settings) -> None:
    settings.SECRET_KEY = key
    assert told() == ["ironclad.E080"]


def test_a_drawn_key_passes_however_it_is_written() -> None:
    """Seeded, so that it says the same of the same keys each time."""
    drawn = random.Random(8)
    for _ in range(300):
        raw = drawn.randbytes(32)
        for key in (raw.hex(), raw[:16].hex(), b64encode(raw).decode()):
            assert weakness(key) == "", key


def test_a_key_of_before_is_held_to_the_same(settings: Settings) -> None:
    settings.SECRET_KEY_FALLBACKS = [OTHER, "changeme" * 6]
    (found,) = check_signing_keys(None)
    assert found.id == "ironclad.E081"
    assert "Key 2" in found.msg
    assert "changeme" * 6 not in found.msg


@pytest.mark.parametrize(
    "fallbacks", [[GOOD], [secrets.token_urlsafe(50) for _ in range(4)]]
)
def test_keys_that_are_kept_for_nothing_are_told(
    fallbacks: list[str], settings: Settings
) -> None:
    settings.SECRET_KEY_FALLBACKS = fallbacks
    assert told() == ["ironclad.W080"]


def test_the_built_in_profile_makes_its_own(settings: Settings) -> None:
    settings.BUILTIN, settings.SECRET_KEY = True, "only-for-tests-" + "x" * 40
    assert told() == []


@pytest.mark.parametrize(
    ("contact", "policy", "expected"),
    [
        (["mailto:security@example.org", "tel:+1-201-555-0123"], "", []),
        (["https://example.org/report"], "https://example.org/policy", []),
        ([], "", ["ironclad.W081"]),
        (["security@example.org"], "", ["ironclad.E082"]),
        (["http://example.org/report"], "", ["ironclad.E082"]),
        (["mailto:a@b.example\nContact: mailto:c@d.example"], "", ["ironclad.E082"]),
        (["mailto:a@b.example"], "policy", ["ironclad.E082"]),
    ],
)
def test_somebody_is_to_be_told_of_a_weakness(
    contact: list[str], policy: str, expected: list[str], settings: Settings
) -> None:
    settings.SECURITY_CONTACT, settings.SECURITY_POLICY = contact, policy
    assert [str(found.id) for found in check_security_contact(None)] == expected


def test_a_rehearsal_names_nobody(settings: Settings) -> None:
    settings.BUILTIN, settings.SECURITY_CONTACT = True, []
    assert check_security_contact(None) == []
