"""The values of this process that no log line may hold, in whichever form they get there."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlsplit

from django.conf import settings

# Names of settings that are secrets as a whole. tests/unit/observability/test_secret_values.py
# holds every setting against it whose name sounds like one.
NAMES = (
    *("SECRET_KEY", "AUDIT_KEY", "METRICS_TOKEN", "OPERATOR_TOKEN", "TRAFFIC_TOKEN"),
    *("ALERT_WEBHOOK_SECRET", "PROMETHEUS_TOKEN", "ALERTMANAGER_TOKEN"),
    *("EMAIL_HOST_PASSWORD", "OIDC_CLIENT_SECRET"),
)
LISTS = ("SECRET_KEY_FALLBACKS", "AUDIT_KEY_FALLBACKS")
# Addresses, for the password in them. Of webhooks what else tells who may send is secret too.
ADDRESSES = ("REDIS_URL", "PROMETHEUS_URL", "DATABASE_URL")
_DRAWN = 16  # characters that a part of a webhook's path has, unless it is a word


def secret_values() -> list[str]:
    """Each as it is, percent-encoded, and as HTTP's basic authentication sends it."""
    plain = {value for value in _plain() if value}
    users = {str(getattr(settings, "EMAIL_HOST_USER", ""))}
    encoded = {quote(value, safe="") for value in plain}
    pairs = {
        b64encode(f"{user}:{value}".encode()).decode()
        for user in users
        for value in plain
    }
    return sorted(plain | encoded | pairs)


def _plain() -> Iterator[str]:
    for name in NAMES:
        yield _text(getattr(settings, name, ""))
    for name in LISTS:
        yield from getattr(settings, name, ())
    for name in ADDRESSES:
        yield unquote(_split(getattr(settings, name, "")).password or "")
    for database in settings.DATABASES.values():
        yield str(database.get("PASSWORD") or "")
    for address in settings.ALERT_WEBHOOKS:
        parts = _split(address)
        yield unquote(parts.password or "")
        yield from (each for each in parts.path.split("/") if len(each) >= _DRAWN)
        yield from (value for _, value in parse_qsl(parts.query))


def _text(value: object) -> str:
    return (
        value.decode("utf-8", "replace")
        if isinstance(value, bytes)
        else str(value or "")
    )


def _split(address: object) -> SplitResult:
    try:
        return urlsplit(str(address or ""))
    except ValueError:  # a system check says so
        return urlsplit("")
