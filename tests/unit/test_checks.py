"""What `manage.py check` says of a misconfiguration, and that it is quiet otherwise."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

import pytest
from django.conf import settings
from pytest_django import Settings

from ironclad import checks, fault_checks, server_checks

_CHECKS = (
    checks.check_addresses,
    checks.check_secrets,
    checks.check_rate_limits,
    checks.check_rehearsal,
    checks.check_notifications,
    checks.check_prometheus,
    checks.check_transport,
    fault_checks.check_safe_faults,
)
_PRODUCTION: dict[str, Any] = {
    "BUILTIN": False,
    "ALLOWED_HOSTS": ["ironclad.example.org"],
    "REDIS_URL": "redis://cache:6379/0",
    "ENVIRONMENT": "production",
    "CHAOS_ALLOWED": False,
    "CHAOS_ENVIRONMENTS": (),
    "CHAOS_CONFIRM_ABOVE": 0.05,
    "SEED_HISTORY": False,
    "PUBLIC_API": False,
    "CLOCK_SCALE": 1,
    "OPERATOR_TOKEN": "",
    "TRAFFIC_TOKEN": "",
    "TRUSTED_PROXIES": 1,
}


def told() -> list[str]:
    return [str(found.id) for check in _CHECKS for found in check(None)]


@pytest.fixture
def production(settings: Settings) -> Settings:
    for name, value in _PRODUCTION.items():
        setattr(settings, name, value)
    return settings


def test_the_built_in_profile_is_quiet(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]  # without pytest's own
    assert told() == []


def test_a_sound_production_is_quiet(production: Settings) -> None:
    assert told() == []


def test_the_built_in_profile_refuses_a_public_host(settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1", "ironclad.example.org"]
    assert told() == ["ironclad.E001"]


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("ALLOWED_HOSTS", ["*"], "ironclad.E002"),
        ("ALERT_WEBHOOKS", ["hooks.example.org"], "ironclad.E006"),
        ("ALERT_WEBHOOKS", ["file:///etc/passwd"], "ironclad.E006"),
        ("ALERT_WEBHOOKS", ["https://[hooks/"], "ironclad.E006"),
        ("ALERT_WEBHOOKS", ["https://hooks.example.org:x/"], "ironclad.E006"),
        ("ALERT_WEBHOOKS", ["https://hooks.example.org/\0"], "ironclad.E006"),
        ("ALERT_WEBHOOKS", ["https://h.example/" + "a" * 1983], "ironclad.E006"),
        ("ALERT_EMAILS", ["a" * 243 + "@example.org"], "ironclad.E007"),
        ("ALERT_EMAILS", ["sre"], "ironclad.E007"),
        ("PROMETHEUS_URL", "prometheus:9090", "ironclad.E008"),
        ("ALERT_EMAILS", ["sre@example.org"], "ironclad.W006"),
        ("ALERT_WEBHOOK_SECRET", "short", "ironclad.E004"),
        ("ALERTMANAGER_TOKEN", "short", "ironclad.E004"),
        ("CORS_ALLOWED_ORIGINS", ["ironclad.example.org"], "ironclad.E003"),
        ("CORS_ALLOWED_ORIGINS", ["*"], "ironclad.E003"),
        ("CSRF_TRUSTED_ORIGINS", ["https://a.example/path"], "ironclad.E003"),
        ("METRICS_TOKEN", "short", "ironclad.E004"),
        ("RATE_LIMIT", "many", "ironclad.E005"),
        ("SIGN_IN_RATE_LIMIT", "0/m", "ironclad.E005"),
        ("WRITE_RATE_LIMIT", "10", "ironclad.E005"),
        ("CHAOS_RATE_LIMIT", "", "ironclad.E005"),
        ("EXPORT_RATE_LIMIT", "10/w", "ironclad.E005"),
        ("SIGN_IN_RATE_LIMIT", "61/m", "ironclad.W050"),
        ("WRITE_RATE_LIMIT", "101/s", "ironclad.W051"),
        ("CHAOS_RATE_LIMIT", "6001/m", "ironclad.W051"),
        ("CHAOS_ENVIRONMENTS", ("staging",), "ironclad.W060"),
        ("CLOCK_SCALE", 60, "ironclad.W003"),
        ("SEED_HISTORY", True, "ironclad.W004"),
        ("PUBLIC_API", True, "ironclad.W005"),
        ("TRUSTED_PROXIES", 0, "ironclad.W040"),
        ("CORS_ALLOWED_ORIGINS", ["http://a.example"], "ironclad.W041"),
        ("CSRF_TRUSTED_ORIGINS", ["http://a.example"], "ironclad.W041"),
    ],
)
def test_production_is_told(
    production: Settings, name: str, value: object, expected: str
) -> None:
    setattr(production, name, value)
    assert told() == [expected]


def test_production_needs_no_redis_for_its_limits(production: Settings) -> None:
    production.REDIS_URL = ""
    assert told() == []


def test_every_finding_says_what_to_do(production: Settings) -> None:
    production.ALLOWED_HOSTS = ["*"]
    production.RATE_LIMIT = "x"
    production.CHAOS_ALLOWED = True
    production.CHAOS_CONFIRM_ABOVE = None
    found = [message for check in _CHECKS for message in check(None)]
    assert len(found) == 5
    assert all(message.hint for message in found)


def test_faults_in_production_are_told_unless_they_are_for_this_one(
    production: Settings,
) -> None:
    production.CHAOS_ALLOWED = True
    assert told() == ["ironclad.W002", "ironclad.W061"]
    production.CHAOS_ENVIRONMENTS = ("production",)
    assert told() == ["ironclad.W002"]
    production.CHAOS_CONFIRM_ABOVE = None
    assert told() == ["ironclad.W002", "ironclad.W062"]


def test_places_at_the_bound_are_allowed(production: Settings) -> None:
    production.EMAIL_HOST = "mail.example.org"
    production.ALERT_WEBHOOKS = ["https://h.example/" + "a" * 1982]
    production.ALERT_EMAILS = ["a" * 242 + "@example.org"]
    assert told() == []


def test_a_bad_webhook_is_told_by_its_number(production: Settings) -> None:
    production.ALERT_WEBHOOKS = ["https://a.example/", "hooks.example/SECRET"]
    (found,) = checks.check_notifications(None)
    assert found.msg.startswith("Address 2 of IRONCLAD_ALERT_WEBHOOKS")
    assert "SECRET" not in str(found)


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "localhost", "a.localhost"])
def test_a_loopback_host_is_known(host: str) -> None:
    assert checks.is_loopback(host)


def test_every_command_hears_of_them() -> None:
    """In a process of its own: here they are imported in any case."""
    done = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env={**os.environ, "METRICS_TOKEN": "short"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert "ironclad.E004" in done.stderr


def test_daphne_needs_nobody_in_front(production: Settings) -> None:
    production.TRUSTED_PROXIES = 0
    assert server_checks.check_server(None) == []


def test_uvicorn_is_refused_where_clients_reach_it_themselves(
    production: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_checks, "find_spec", lambda _name: object())
    production.ASGI_SERVER = "uvicorn"
    assert server_checks.check_server(None) == []
    production.TRUSTED_PROXIES = 0
    assert [each.id for each in server_checks.check_server(None)] == ["ironclad.E091"]
    production.BUILTIN = True
    assert server_checks.check_server(None) == []


def test_uvicorn_has_to_be_there(
    production: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_checks, "find_spec", lambda _name: None)
    production.ASGI_SERVER = "uvicorn"
    (found,) = server_checks.check_server(None)
    assert found.id == "ironclad.E090"
    assert "requirements-uvicorn.txt" in str(found.hint)
