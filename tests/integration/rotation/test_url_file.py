"""Two steps on a file, for services that something else restarts."""

from __future__ import annotations

import stat
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from ironclad.rotation import roles
from ironclad.rotation.address import role_of
from ironclad.rotation.file import FilePlace
from tests.integration.rotation.conftest import owner
from tests.integration.rotation.database import APP, Database, signs_in


@pytest.fixture
def file(server: Database, first_url: str, tmp_path: Path, settings: Settings) -> Path:
    settings.DATABASE_URL = server.owner_url
    path = tmp_path / "url"
    path.write_text(f"{first_url}\n")
    path.chmod(0o640)
    return path


def run(file: Path, *more: str) -> str:
    out = StringIO()
    call_command("rotate_database_password", f"--url-file={file}", *more, stdout=out)
    return out.getvalue()


def test_both_passwords_are_valid_between_the_two_steps(
    file: Path, first_url: str
) -> None:
    assert "--retire" in run(file)
    second = file.read_text().strip()
    assert role_of(second) == f"{APP}_a"
    assert signs_in(first_url)
    assert signs_in(second)
    run(file, "--retire")
    assert not signs_in(first_url)
    assert signs_in(second)


def test_the_file_keeps_its_mode_and_nothing_else_is_left(file: Path) -> None:
    run(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    run(file, "--retire")
    assert list(file.parent.iterdir()) == [file]


def test_it_does_not_retire_what_somebody_is_signed_in_with(
    file: Path, first_url: str
) -> None:
    run(file)
    with (
        psycopg.connect(first_url),
        pytest.raises(CommandError, match=r"\(1 sessions\)"),
    ):
        run(file, "--retire", "--timeout=0")
    assert signs_in(first_url)


def test_a_second_rotation_before_the_first_is_retired_is_refused(file: Path) -> None:
    run(file)
    before = file.read_text()
    with pytest.raises(CommandError, match="not finished"):
        run(file)
    assert file.read_text() == before


def test_there_is_nothing_to_retire_after_the_end(file: Path) -> None:
    with pytest.raises(CommandError, match="nothing to retire"):
        run(file, "--retire")


def test_a_run_cut_off_before_the_file_was_written_is_begun_afresh(
    file: Path, server: Database, first_url: str
) -> None:
    with owner(server) as connection:
        roles.login_give(connection, f"{APP}_a", "nobody-knows", member_of=APP)
    place = FilePlace(file)
    place._replace(place._mark, f"{APP}_a 12345")  # and no more
    assert signs_in(first_url)
    run(file)
    assert signs_in(file.read_text().strip())


def test_retire_is_for_files(file: Path) -> None:
    with pytest.raises(CommandError, match="goes with --url-file"):
        call_command("rotate_database_password", "--retire")


@pytest.mark.parametrize("there", [True, False])
def test_a_file_that_holds_no_address_is_told(file: Path, *, there: bool) -> None:
    if there:
        file.write_bytes(b"\xff")
    else:
        file.unlink()
    with pytest.raises(CommandError, match="cannot be read"):
        run(file)
