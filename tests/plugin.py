"""Gives the tests their settings and a PostgreSQL of their own before Django reads them.

With DATABASE_URL set, that server is used. Else one is started in a temporary folder:
the built-in PostgreSQL 18, or with IRONCLAD_TEST_POSTGRES=15 the system's 15. It starts
once, in the process that was called; the workers of xdist inherit its address.

Temporary folders, but for those that pytest keeps, are in memory where that has room.
"""

from __future__ import annotations

import os
import tempfile
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

MEMORY = "/dev/shm"
_ROOM = 4 * 1024**3  # bytes
_running = ExitStack()


# A wrapper runs before pytest-django's own hook, which reads the settings.
@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests() -> Generator[None, None, None]:
    _prefer_memory()
    if not os.environ.get("DATABASE_URL"):
        version = int(os.environ.get("IRONCLAD_TEST_POSTGRES") or BUILT_IN)
        try:
            os.environ["DATABASE_URL"] = _running.enter_context(scratch(version))
        except StartError as error:
            raise pytest.UsageError(error.lines()) from error
    yield


def _prefer_memory() -> None:
    """A PostgreSQL has a thousand files, and a disk takes its time for each.

    An ext4 without a journal looks at every file deleted lately before it makes one.
    """
    if "TMPDIR" not in os.environ and _has_room(MEMORY):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())
        os.environ["TMPDIR"] = tempfile.tempdir = MEMORY


def _has_room(folder: str) -> bool:
    """Whether programs in it may be run, too; a container's is small, or refuses that."""
    try:
        found = os.statvfs(folder)
    except OSError:
        return False
    usable = os.access(folder, os.W_OK) and not found.f_flag & os.ST_NOEXEC
    return usable and found.f_bavail * found.f_frsize >= _ROOM


@pytest.hookimpl(trylast=True)
def pytest_configure() -> None:
    # Hashing slowly is for the product: tests/integration/accounts/test_hashers.py has it.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _running.close()
