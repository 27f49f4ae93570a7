"""Gives the tests their settings and a PostgreSQL of their own before Django reads them.

With DATABASE_URL set, that server is used. Else one is started in a temporary folder:
the built-in PostgreSQL 18, or with IRONCLAD_TEST_POSTGRES=15 the system's 15. It starts
once, in the process that was called; the workers of xdist inherit its address.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from contextlib import ExitStack

import pytest
from django.conf import settings

from ironclad.embedded.binaries import BUILT_IN
from ironclad.embedded.failure import StartError
from ironclad.embedded.scratch import scratch

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ironclad.settings")
os.environ.setdefault("IRONCLAD_PROFILE", "builtin")
os.environ.setdefault("SECRET_KEY", "only-for-tests-" + "x" * 40)
os.environ.setdefault("IRONCLAD_CLOCK_SCALE", "60")

_running = ExitStack()


# A wrapper runs before pytest-django's own hook, which reads the settings.
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    if not os.environ.get("DATABASE_URL"):
        version = int(os.environ.get("IRONCLAD_TEST_POSTGRES") or BUILT_IN)
        try:
            os.environ["DATABASE_URL"] = _running.enter_context(scratch(version))
        except StartError as error:
            raise pytest.UsageError(error.lines()) from error
    yield


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    # Hashing slowly is for the product: tests/integration/accounts/test_hashers.py has it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _running.close()
