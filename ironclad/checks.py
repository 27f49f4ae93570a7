"""Misconfigurations, told before the first request: an id, what is wrong, what to do.

Errors (E) stop `serve`; warnings (W) are for somebody to decide about. They are listed
in docs/guide/configuration.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004

from ironclad.rate_limits.rate import rate

_GUESSES = 1  # tries to sign in a second
_MAIL = re.compile(r"[^@\s]+@[^@\s]+")
_SHORTEST_TOKEN = 32  # characters
_LONGEST_WEBHOOK = 2000
_LONGEST_MAIL = 254  # RFC 5321, section 4.5.3.1.3, without the angle brackets


@register(Tags.security)
def check_addresses(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """Who may be asked for, and from where."""
    del app_configs
    found: list[CheckMessage] = []
    public = [host for host in settings.ALLOWED_HOSTS if not is_loopback(host)]
    if settings.BUILTIN and public:
        found.append(
            Error(
                f"The built-in profile is for this machine only, not for {public[0]}.",
                hint="Leave ALLOWED_HOSTS out, or set IRONCLAD_PROFILE=production.",
                id="ironclad.E001",
            )
        )
    if not settings.BUILTIN and "*" in settings.ALLOWED_HOSTS:
        found.append(
            Error(
                "ALLOWED_HOSTS=* lets anybody choose the host in links we make.",
                hint="Name the host people use, for example ironclad.example.org.",
                id="ironclad.E002",
            )
        )
    found += [
        Error(
            f"{name} names {origin!r}, which is not an origin.",
            hint="Write scheme and host, for example https://ironclad.example.org.",
            id="ironclad.E003",
        )
        for name in ("CORS_ALLOWED_ORIGINS", "CSRF_TRUSTED_ORIGINS")
        for origin in getattr(settings, name)
        if not is_origin(origin)
    ]
    return found


@register(Tags.security)
def check_secrets(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """Bearer tokens that could be guessed."""
    del app_configs
    names = {
        "IRONCLAD_OPERATOR_TOKEN": settings.OPERATOR_TOKEN,
        "IRONCLAD_TRAFFIC_TOKEN": settings.TRAFFIC_TOKEN,
        "METRICS_TOKEN": settings.METRICS_TOKEN,
        "IRONCLAD_ALERT_WEBHOOK_SECRET": settings.ALERT_WEBHOOK_SECRET,
        "ALERTMANAGER_TOKEN": settings.ALERTMANAGER_TOKEN,
    }
    return [
        Error(
            f"{name} has fewer than {_SHORTEST_TOKEN} characters.",
            hint="Make one: python -c 'import secrets; print(secrets.token_urlsafe())'",
            id="ironclad.E004",
        )
        for name, token in names.items()
        if token and len(token) < _SHORTEST_TOKEN
    ]


@register()
def check_rate_limits(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """Limits that cannot be read, or that are wider than they are meant to be."""
    del app_configs
    names = {
        "IRONCLAD_RATE_LIMIT": settings.RATE_LIMIT,
        "IRONCLAD_TRAFFIC_RATE_LIMIT": settings.TRAFFIC_RATE_LIMIT,
        "IRONCLAD_SIGN_IN_RATE_LIMIT": settings.SIGN_IN_RATE_LIMIT,
        "IRONCLAD_RATE_LIMIT_WRITE": settings.WRITE_RATE_LIMIT,
        "IRONCLAD_RATE_LIMIT_CHAOS": settings.CHAOS_RATE_LIMIT,
        "IRONCLAD_RATE_LIMIT_EXPORT": settings.EXPORT_RATE_LIMIT,
    }
    found: list[CheckMessage] = [
        Error(
            f"{name} is {limit!r}, which is not a rate.",
            hint="Write requests per period, for example 6000/m or 100/s.",
            id="ironclad.E005",
        )
        for name, limit in names.items()
        if not is_rate(limit)
    ]
    if found:
        return found
    a_second = {name: rate(limit).a_second for name, limit in names.items()}
    if a_second["IRONCLAD_SIGN_IN_RATE_LIMIT"] > _GUESSES and not settings.BUILTIN:
        found.append(
            Warning(
                "IRONCLAD_SIGN_IN_RATE_LIMIT lets passwords be guessed: more than one a second.",
                hint="Write 10/m, or less.",
                id="ironclad.W050",
            )
        )
    found += [
        Warning(
            f"{name} allows more than IRONCLAD_RATE_LIMIT: it is no stricter limit.",
            hint="Lower it, or raise IRONCLAD_RATE_LIMIT.",
            id="ironclad.W051",
        )
        for name in names
        if name.startswith("IRONCLAD_RATE_LIMIT_")
        and a_second[name] > a_second["IRONCLAD_RATE_LIMIT"]
    ]
    return found


@register()
def check_rehearsal(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """Switches of the rehearsal that somebody left on in production."""
    del app_configs
    if settings.BUILTIN:
        return []
    switches = (
        ("W002", settings.CHAOS_ALLOWED, "IRONCLAD_CHAOS_ALLOWED", "may be injured"),
        ("W003", settings.CLOCK_SCALE != 1, "IRONCLAD_CLOCK_SCALE", "pages too early"),
        ("W004", settings.SEED_HISTORY, "IRONCLAD_SEED_HISTORY", "has made-up history"),
        ("W005", settings.PUBLIC_API, "IRONCLAD_PUBLIC_API", "needs no token"),
    )
    return [
        Warning(
            f"{name} is set in production: the service {consequence}.",
            hint=f"Unset {name} unless this is a rehearsal.",
            id=f"ironclad.{number}",
        )
        for number, on, name, consequence in switches
        if on
    ]


@register()
def check_notifications(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """Places that nothing could be told to."""
    del app_configs
    found: list[CheckMessage] = [
        # By its number: the address may be a secret, and this is written to logs.
        Error(
            f"Address {number} of IRONCLAD_ALERT_WEBHOOKS is none of the web.",
            hint="Write it whole, for example https://hooks.example.org/ironclad, "
            f"in at most {_LONGEST_WEBHOOK} characters.",
            id="ironclad.E006",
        )
        for number, place in enumerate(settings.ALERT_WEBHOOKS, 1)
        if len(place) > _LONGEST_WEBHOOK or not is_web_address(place)
    ]
    found += [
        Error(
            f"IRONCLAD_ALERT_EMAILS names {place!r}, which is no mail address.",
            hint="Write addresses of at most "
            f"{_LONGEST_MAIL} characters, for example sre@example.org, with commas.",
            id="ironclad.E007",
        )
        for place in settings.ALERT_EMAILS
        if len(place) > _LONGEST_MAIL or not _MAIL.fullmatch(place)
    ]
    unread = settings.ALERT_EMAILS and not settings.EMAIL_HOST
    if unread and not settings.BUILTIN and not found:
        found.append(
            Warning(
                "Without EMAIL_HOST mails of incidents are files that nobody reads.",
                hint="Set EMAIL_HOST, or leave IRONCLAD_ALERT_EMAILS out.",
                id="ironclad.W006",
            )
        )
    return found


@register()
def check_prometheus(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """A Prometheus that nobody could ask."""
    del app_configs
    if not settings.PROMETHEUS_URL or is_web_address(settings.PROMETHEUS_URL):
        return []
    return [
        Error(
            "PROMETHEUS_URL is no address of the web.",
            hint="Write it whole, for example http://prometheus:9090.",
            id="ironclad.E008",
        )
    ]


@register(Tags.security)
def check_transport(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """What would go, or be taken, without TLS in production."""
    del app_configs
    if settings.BUILTIN:
        return []
    found: list[CheckMessage] = [
        Warning(
            f"{name} lets in pages that came without TLS: {origin}.",
            hint="Name it by https, or leave it out.",
            id="ironclad.W041",
        )
        for name in ("CORS_ALLOWED_ORIGINS", "CSRF_TRUSTED_ORIGINS")
        for origin in getattr(settings, name)
        if origin.startswith("http://")
    ]
    if not settings.TRUSTED_PROXIES:
        found.append(
            Warning(
                "Nothing in front speaks TLS: nobody can sign in, and every client has "
                "the address of whoever hands requests on.",
                hint="Put a proxy in front (docs/guide/proxy.md) and set "
                "IRONCLAD_TRUSTED_PROXIES to how many there are.",
                id="ironclad.W040",
            )
        )
    return found


def is_rate(text: str) -> bool:
    try:
        return bool(rate(text))
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return (
        parts.scheme in {"http", "https"}
        and bool(parts.netloc)
        and not (parts.path or parts.query or parts.fragment)
    )


def is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
        whole = parts.scheme in {"http", "https"} and bool(parts.hostname)
        return whole and parts.port != 0 and text.isprintable()
    except ValueError:  # its brackets or its port
        return False
