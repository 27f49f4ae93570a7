"""A server that could not seal its audit log says so and does not start."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from django.conf import settings as live
from pytest_django import Settings

from sre_console.checks import check_audit_key


def told() -> list[str]:
    return [str(found.id) for found in check_audit_key(None)]


def test_a_key_of_its_own_is_well() -> None:
    assert told() == []


@pytest.mark.parametrize(
    ("key", "older", "finding"),
    [
        ("", [], "ironclad.E030"),
        ("x" * 31, [], "ironclad.E031"),
        ("x" * 32, ["y" * 31], "ironclad.E031"),
        (live.SECRET_KEY, [], "ironclad.E032"),
    ],
)
def test_it_is_told_of(
    settings: Settings, key: str, older: list[str], finding: str
) -> None:
    settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = key, older
    assert told() == [finding]


def test_production_does_not_serve_without_one() -> None:
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ},
        "SECRET_KEY": "s" * 50,
        "DATABASE_URL": "postgresql://nobody@/nowhere?host=/nonexistent",
    }
    done = subprocess.run(
        [sys.executable, "manage.py", "serve", "--port", "1"],
        cwd=live.BASE_DIR, env=environment, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "ironclad.E030" in done.stderr
