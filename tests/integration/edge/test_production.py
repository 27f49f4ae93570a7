"""The production profile as documented: its checks are clean, its answers score A+."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.observatory import Answer, grade, score

ROOT = Path(__file__).resolve().parents[3]
pytestmark = pytest.mark.any_postgres


@pytest.fixture(scope="module")
def production() -> dict[str, Any]:
    environment = {
        "PATH": os.environ["PATH"],
        "IRONCLAD_PROFILE": "production",
        "IRONCLAD_URL": "https://ironclad.example.org",
        "IRONCLAD_TRUSTED_PROXIES": "1",
        "IRONCLAD_EVALUATOR": "off",
        "ALLOWED_HOSTS": "ironclad.example.org,backend,localhost",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "AUDIT_KEY": secrets.token_urlsafe(50),
        "IRONCLAD_SECURITY_CONTACT": "mailto:security@example.org",
        "METRICS_TOKEN": secrets.token_urlsafe(),
        "ALERTMANAGER_TOKEN": secrets.token_urlsafe(),
        "REDIS_URL": "redis://127.0.0.1:1/0",
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/nowhere",
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.integration.edge.production_answers"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    told = next(line for line in done.stdout.splitlines() if '"answers"' in line)
    found: dict[str, Any] = json.loads(told)
    return found


def answer_of(told: dict[str, Any]) -> Answer:
    headers = [(name.lower(), value) for name, value in told["headers"]]
    cookies = [value for name, value in headers if name == "set-cookie"]
    return Answer(dict(headers), cookies)


def test_each_answer_is_what_it_should_be(production: dict[str, Any]) -> None:
    found = {name: told["status"] for name, told in production["answers"].items()}
    assert found == {
        "page": 200,
        "redirect": 302,
        "no page": 404,
        "probe": 200,
        "metrics": 401,
        "api": 404,
        "other host": 400,
        "method": 405,
        "csrf": 403,
        "schema": 200,
    }


def test_every_answer_scores_a_plus(production: dict[str, Any]) -> None:
    for name, told in production["answers"].items():
        answer = answer_of(told)
        assert grade(answer) == "A+", (name, score(answer))
        assert answer.max_age == 31_536_000, name
        assert "includeSubDomains" in answer.headers["strict-transport-security"], name
        assert "unsafe" not in answer.headers["content-security-policy"], name
        assert "server" not in answer.headers, name
        assert answer.headers["cache-control"], name
        names = [header.lower() for header, _ in told["headers"]]
        once = [header for header in names if header not in {"set-cookie", "vary"}]
        assert len(once) == len(set(once)), (name, names)


def test_the_page_scores_what_it_can(production: dict[str, Any]) -> None:
    points, told = score(answer_of(production["answers"]["page"]))
    assert points == 135, told


def test_cookies_are_for_this_host_by_tls_and_for_no_script(
    production: dict[str, Any],
) -> None:
    cookies = production["cookies"]
    for kind in ("SESSION", "CSRF"):
        assert cookies[f"{kind}_COOKIE_NAME"].startswith("__Host-")
        # what the prefix asks for: a browser would drop them otherwise
        assert cookies[f"{kind}_COOKIE_SECURE"] is True
        assert cookies[f"{kind}_COOKIE_PATH"] == "/"
        assert cookies[f"{kind}_COOKIE_DOMAIN"] is None
        assert cookies[f"{kind}_COOKIE_HTTPONLY"] is True
        assert cookies[f"{kind}_COOKIE_SAMESITE"] == "Lax"
    [csrf] = answer_of(production["answers"]["page"]).cookies
    assert csrf.startswith("__Host-ironclad_csrf=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(csrf.split("; "))


@pytest.mark.parametrize(
    ("header", "value", "letter"),
    [
        ("content-security-policy", None, "B"),
        ("content-security-policy", "default-src 'self' 'unsafe-inline'", "B+"),
        ("strict-transport-security", None, "B+"),
        ("x-content-type-options", None, "A+"),
    ],
)
def test_the_rules_see_what_is_missing(
    production: dict[str, Any], header: str, value: str | None, letter: str
) -> None:
    whole = answer_of(production["answers"]["probe"])
    headers = {name: said for name, said in whole.headers.items() if name != header}
    if value:
        headers[header] = value
    assert grade(Answer(headers, [])) == letter
