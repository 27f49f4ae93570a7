"""`manage.py restore` on a folder of backups, from the plan to a cluster in service."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from ironclad.embedded.binaries import BUILT_IN
from ironclad.recovery import base_backup
from ironclad.recovery.state import read
from sre_console.management.commands import restore as command
from sre_console.models import AuditEntry, RestoreRun
from tests.integration.recovery.cluster import Site, address, site

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def place(postgres_version: int) -> Iterator[Site]:
    """A backup with one row in it, of a server that is lost."""
    with site(postgres_version) as made:
        server = made.server("source")
        server.initialise()
        server.start()
        try:
            with closing(server.connect()) as connection:
                connection.execute("CREATE TABLE noted AS SELECT 'kept' AS what")
            made.repository.prepare()
            base_backup.make(made.repository, made.binaries, address(server))
        finally:
            server.stop()
        yield made


def run(*words: str) -> str:
    out = StringIO()
    call_command("restore", *words, stdout=out, stderr=out)
    return out.getvalue()


def away(*_args: object) -> None:
    raise OperationalError


def of(place: Site) -> str:
    return f"--repository=folder:{place.repository.folder}"


def test_it_goes_from_a_plan_into_service(
    place: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    into, home = place.folder / "new", place.folder / "home"  # on one disk
    told = run("--latest", of(place), f"--into={into}", "--dry-run")
    assert "Nothing was changed." in told
    assert not into.exists()

    # The database that it would be recorded in may be the one that is lost.
    with monkeypatch.context() as lost:
        lost.setattr(command, "taken_in", away)
        told = run("--latest", of(place), f"--into={into}")
    assert f"→ manage.py restore --promote {into}" in told
    assert f"manage.py restore --record {into}" in told
    for _ in range(2):
        run("--record", str(into))
    row = RestoreRun.objects.get()
    assert (row.kind, row.state, row.target) == ("restore", "good", "latest")
    assert row.recovery_seconds
    assert AuditEntry.objects.filter(action="recovery.restore").exists()

    assert "takes writes, on timeline 2" in run("--promote", str(into))
    with pytest.raises(CommandError, match="promoted already"):
        run("--promote", str(into))
    monkeypatch.setenv("IRONCLAD_HOME", str(home))
    if place.binaries.version == BUILT_IN:
        (home / "postgres").mkdir(parents=True)
        assert "is kept:" in run("--adopt", str(into))
    else:
        with pytest.raises(CommandError, match="make up runs"):
            run("--adopt", str(into))


def test_an_interrupted_one_says_that_it_is_unfinished(
    place: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    into = place.folder / "interrupted"

    def interrupt(_repository: object, _backup: object, data: Path) -> None:
        # PostgreSQL's account gets it once all is in it: no link of theirs leads us elsewhere
        assert data.stat().st_uid == os.geteuid()
        raise KeyboardInterrupt

    monkeypatch.setattr("ironclad.recovery.folder.FolderRepository.lay_out", interrupt)
    with pytest.raises(CommandError, match="interrupted") as caught:
        run("--latest", of(place), f"--into={into}")
    assert caught.value.returncode == 130
    assert read(into).stage == "unfinished"
    with pytest.raises(CommandError, match="cut off or failed"):
        run("--promote", str(into))


@pytest.mark.parametrize(
    ("words", "match"),
    [
        ([], "say one thing to do"),
        (["--latest", "--to", "2026-01-31 12:00:00+00"], "say one thing to do"),
        (["--to", "yesterday"], "no moment with a time zone"),
        (["--target-name", "a b"], "no name of a restore point"),
        (["--latest", "--repository", "folder:/nonexistent"], "no folder of backups"),
        (["--latest", "--repository", "tape"], "is no repository"),
        (["--promote", "/nonexistent"], "is no restored cluster"),
        (["--record", "/nonexistent"], "is no restored cluster"),
    ],
)
def test_what_cannot_be_done_is_told_without_a_traceback(
    words: list[str], match: str
) -> None:
    with pytest.raises(CommandError, match=match):
        run(*words)
