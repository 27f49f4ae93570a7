"""System checks of the keys that sign, and of whom to tell of a weakness: E080 to W081."""

from __future__ import annotations

import re
from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004

from ironclad.secret_strength import weakness

_MAKE = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
_WEB = re.compile(r"https://[!-~]+")
_CONTACT = re.compile(r"mailto:[!-~]+@[!-~]+|tel:[0-9+().-]+|https://[!-~]+")
_MOST_FALLBACKS = 3  # each is tried for a signature that no other verifies


@register(Tags.security)
def check_signing_keys(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """A key is never told, not even in part: what is said here is written to logs."""
    del app_configs
    if settings.BUILTIN:
        return []
    found: list[CheckMessage] = []
    if why := weakness(settings.SECRET_KEY):
        found.append(
            Error(f"SECRET_KEY {why}.", hint=_MAKE, id="ironclad.E080"),
        )
    fallbacks = settings.SECRET_KEY_FALLBACKS
    found += [
        Error(
            f"Key {number} of SECRET_KEY_FALLBACKS {why}.",
            hint="What it has signed counts as forged: leave it out.",
            id="ironclad.E081",
        )
        for number, key in enumerate(fallbacks, 1)
        if (why := weakness(key))
    ]
    if settings.SECRET_KEY in fallbacks or len(fallbacks) > _MOST_FALLBACKS:
        found.append(
            Warning(
                "SECRET_KEY_FALLBACKS holds SECRET_KEY itself, or more than "
                f"{_MOST_FALLBACKS} keys.",
                hint="Keep those of the last 12 hours: sessions last no longer.",
                id="ironclad.W080",
            )
        )
    return found


@register(Tags.security)
def check_security_contact(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """Whom somebody tells that has found a weakness: /.well-known/security.txt."""
    del app_configs
    wrong = [each for each in settings.SECURITY_CONTACT if not _CONTACT.fullmatch(each)]
    policy = settings.SECURITY_POLICY
    if policy and not _WEB.fullmatch(policy):
        wrong.append(policy)
    found: list[CheckMessage] = [
        Error(
            f"{each!r} is no address for security.txt.",
            hint="Write mailto:security@example.org, tel:+1-201-555-0123 or an address "
            "with https://, separated by commas.",
            id="ironclad.E082",
        )
        for each in wrong
    ]
    if not settings.BUILTIN and not settings.SECURITY_CONTACT:
        found.append(
            Warning(
                "Nobody is named whom to tell of a weakness: there is no security.txt.",
                hint="Set IRONCLAD_SECURITY_CONTACT, say to mailto:security@example.org.",
                id="ironclad.W081",
            )
        )
    return found
