"""The keys of the chain, from the environment: one seals, the older ones still verify."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from sre_console.audit.chain import Key


def sealing_key() -> Key:
    """The key that seals now. Raises ImproperlyConfigured where there is none."""
    if not settings.AUDIT_KEY:
        message = (
            "AUDIT_KEY (or AUDIT_KEY_FILE) is missing: no audit entry can be sealed."
        )
        raise ImproperlyConfigured(message)
    return Key(settings.AUDIT_KEY.encode())


def known_keys() -> Mapping[str, Key]:
    """By id: the key in use and those it has replaced."""
    secrets = (settings.AUDIT_KEY, *settings.AUDIT_KEY_FALLBACKS)
    keys = [Key(secret.encode()) for secret in secrets if secret]
    return {key.id: key for key in keys}
