"""`manage.py backup` with a real pg_dump on the tests' database."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from ironclad.embedded.binaries import Binaries, find
from ironclad.management.commands.backup import connection_environment

pytestmark = pytest.mark.django_db


@pytest.fixture
def postgres(postgres_version: int, monkeypatch: pytest.MonkeyPatch) -> Binaries:
    found = find(postgres_version)
    monkeypatch.setenv("PATH", f"{found.folder}:{os.environ['PATH']}")
    return found


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.BACKUP_DIR = str(tmp_path)
    return tmp_path


def _program(folder: Path, text: str) -> None:
    (folder / "pg_dump").write_text(f"#!/bin/sh\n{text}\n")
    (folder / "pg_dump").chmod(0o755)


def test_the_file_holds_every_table(postgres: Binaries, folder: Path) -> None:
    call_command("backup")
    (file,) = folder.iterdir()
    assert file.name.startswith("ironclad-")
    assert file.suffix == ".dump"
    assert file.stat().st_mode & 0o777 == 0o600
    listed = subprocess.run(
        [postgres.program("pg_restore"), "--list", file],
        check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip
    for table in ("users", "sli_timeline", "audit_entry", "incident"):
        assert f"TABLE DATA public {table} " in listed


def test_a_dump_that_fails_leaves_no_file(
    postgres: Binaries,
    folder: Path,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "NAME", "nowhere")
    with pytest.raises(CommandError, match=r'no backup: .*"nowhere"'):
        call_command("backup")
    assert list(folder.iterdir()) == []


# The signal may come before the program that sends it is known to its parent.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_dump_that_is_stopped_leaves_no_file(
    folder: Path, tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    programs = tmp_path_factory.mktemp("programs")
    _program(programs, 'for word; do case $word in --file=*) echo half > "${word#*=}"; esac; done; '
             "kill -TERM $PPID; exec sleep 30")  # fmt: skip
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    with pytest.raises(SystemExit, match="143"):
        call_command("backup")
    assert list(folder.iterdir()) == []


def test_without_a_folder_it_says_so(postgres: Binaries, settings: Settings) -> None:
    settings.BACKUP_DIR, settings.BUILTIN = "", False
    with pytest.raises(CommandError, match="BACKUP_DIR is missing"):
        call_command("backup")


def test_a_folder_that_is_not_there_is_told(
    postgres: Binaries, settings: Settings, tmp_path: Path
) -> None:
    settings.BACKUP_DIR = str(tmp_path / "missing")
    with pytest.raises(CommandError, match=r"no backup: .*missing"):
        call_command("backup")


def test_the_password_and_tls_go_to_pg_dump_by_its_environment() -> None:
    database: dict[str, Any] = {
        "NAME": "ironclad", "USER": "owner", "PASSWORD": "p w", "HOST": "postgres", "PORT": "",
        "OPTIONS": {"sslmode": "verify-full", "sslrootcert": "/ca", "connect_timeout": 3,
                    "application_name": "ironclad", "target_session_attrs": "read-write"},
    }  # fmt: skip
    assert connection_environment(database) == {
        "PGDATABASE": "ironclad", "PGUSER": "owner", "PGPASSWORD": "p w",
        "PGHOST": "postgres", "PGSSLMODE": "verify-full", "PGSSLROOTCERT": "/ca",
        "PGCONNECT_TIMEOUT": "3", "PGAPPNAME": "ironclad backup",
        "PGTARGETSESSIONATTRS": "read-write",
    }  # fmt: skip
