"""`make up` as a person lives it: ready, stopped, killed, started again."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from ironclad.embedded import backups, credentials, processes
from ironclad.embedded.home import CHECKOUT, Home
from tests.acceptance.harness.consoles import sign_in_with
from tests.acceptance.harness.processes import free_port
from tests.acceptance.harness.up import READY, Up, attempt, environment, two_lines
from tests.acceptance.harness.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]


@contextmanager
def _home() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="ironclad-up-"))  # short: it holds a socket
    folder.chmod(0o711)  # as people's folders are
    yield folder / "home"
    shutil.rmtree(folder)


@pytest.fixture
def home() -> Iterator[Path]:
    with _home() as place:
        yield place


@pytest.fixture(scope="module")
def up() -> Iterator[Up]:
    """A first start, for all tests that it survives."""
    with _home() as place, Up(place) as running:
        yield running


@pytest.fixture
def ready(up: Up) -> re.Match[str]:
    """The line that said so."""
    found = [match for line in up.lines if (match := READY.fullmatch(line))]
    assert len(found) == 1, up.lines
    return found[0]


def answers(up: Up) -> bool:
    try:
        return httpx.get(f"{up.url}/readyz", timeout=5).status_code == 200
    except httpx.HTTPError:
        return False


def test_the_link_of_the_line_signs_in(up: Up, ready: re.Match[str]) -> None:
    with up.client() as browser:
        sign_in_with(browser, httpx.URL(ready[2]).path)
        assert browser.get("/console/live").status_code == 200


def test_the_terminal_keeps_progress_and_no_server_log(
    up: Up, ready: re.Match[str]
) -> None:
    log = up.home / "log/server.log"
    until(lambda: "request" in log.read_text(), 20, "a log")
    up.says("")
    steps = [line for line in up.lines if line.startswith("✓")]
    # the last line is the address and the link
    assert [*steps, ready[0]] == up.lines
    assert all("{" not in line for line in up.lines)


def test_the_sign_in_code_is_in_no_file(up: Up, ready: re.Match[str]) -> None:
    code = ready[2].rsplit("/", 1)[-1]
    files = [*up.home.glob("*"), *(up.home / "log").rglob("*")]
    for path in files:
        assert not path.is_file() or code.encode() not in path.read_bytes(), path
    assert any(path.is_file() for path in files)


def test_a_folder_outlives_every_end_of_its_instance(home: Path) -> None:
    """Ctrl-C, `kill -9` of the command, of all it started, and of the command alone."""
    person = {"name": "Ada", "email": "ada@example.org"}
    with Up(home) as up:
        with up.client() as client:
            made = client.post("/api/users", json=person)
        assert made.status_code == 201, made.text
        address = f"/api/users/{made.json()['data']['id']}"
        secrets = (home / "secrets.json").read_bytes()
        running = up.running()
        assert set(running) == {"PostgreSQL", "server", "traffic", "backups"}
        assert up.interrupt() == 0
    assert not any(processes.alive(who) for who in running.values())
    assert not list(processes.working_in((home / "postgres").resolve(), "postgres"))

    with Up(home) as up:
        assert known(up, address)["email"] == "ada@example.org"
        assert (home / "secrets.json").read_bytes() == secrets
        left = up.running()
        up.kill()
    with Up(home, port=up.port) as up:  # at once, while what it started still ends
        assert answers(up)
        assert not any(processes.alive(who) for who in left.values())
        left = up.running()
        up.kill()
        for who in left.values():
            os.kill(who.pid, signal.SIGKILL)
    with Up(home, port=up.port) as up:
        assert answers(up)
        assert known(up, address)["email"] == "ada@example.org"
        children = [who for name, who in up.running().items() if name != "PostgreSQL"]
        up.kill()
        until(lambda: not any(map(processes.alive, children)), 20, "no orphans")
    with Up(home):
        pass  # and PostgreSQL, which stayed, is stopped in order here


def known(up: Up, address: str) -> dict[str, str]:
    with up.client() as client:
        found: dict[str, str] = client.get(address).json()["data"]
        return found


def test_a_second_instance_in_the_same_folder_is_refused(up: Up) -> None:
    what, remedy = two_lines(attempt(up.home, free_port()))
    assert f"process {up.process.pid}" in what
    assert "IRONCLAD_HOME" in remedy
    assert answers(up)


def test_the_application_role_cannot_rewrite_the_audit_log(up: Up) -> None:
    told = _as_application(up.home, "UPDATE audit_entry SET actor = 'nobody'")
    assert "permission denied" in told
    told = _as_application(up.home, "ALTER TABLE audit_entry ADD COLUMN x int")
    assert "must be owner" in told


def test_the_role_of_backups_enters_no_database_of_ours(up: Up) -> None:
    import psycopg

    from ironclad.embedded.environment import DATABASE, backup_address

    held = credentials.load(up.home / "secrets.json")
    address = backup_address(Home(up.home), held)
    receiving = "SELECT 1 FROM pg_replication_slots WHERE active"
    with psycopg.connect(address, autocommit=True) as connection:
        until(lambda: connection.execute(receiving).fetchone(), 60, "WAL is received")
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(address.replace("/postgres?", f"/{DATABASE}?"))


def test_a_backup_by_hand_is_made_listed_and_told_at_the_next_start(up: Up) -> None:
    told = by_hand(up, "backup")
    assert re.match(r"✓ backup \w+ \(", told), told
    assert told.split()[2] in by_hand(up, "backup", "--list")
    assert backups.told(backups.newest(Home(up.home)), datetime.now(UTC)).startswith(
        "✓ last backup"
    )


def by_hand(up: Up, *command: str) -> str:
    """What `manage.py` says in a shell where nobody has set anything but the folder."""
    return subprocess.run(
        [sys.executable, CHECKOUT / "manage.py", *command],
        env=environment(up.home, up.port), check=True, capture_output=True, text=True,
    ).stdout  # fmt: skip


@pytest.mark.parametrize("name", ["server", "traffic", "PostgreSQL", "backups"])
def test_what_ends_is_told_and_started_again(up: Up, name: str) -> None:
    before = up.running()[name]
    os.kill(before.pid, signal.SIGKILL)
    until(lambda: up.says(f"! {name} ended"), 20, "a warning")
    until(lambda: name in up.running(), 30, "another process")
    assert up.running()[name] != before
    until(lambda: answers(up), 30, "ready again")


def _as_application(home: Path, statement: str) -> str:
    import psycopg

    from ironclad.embedded.environment import APP, database_url

    place = Home(home)
    held = credentials.load(place.secrets)
    address = database_url(place, held, APP)
    with psycopg.connect(address) as connection:
        try:
            connection.execute(statement.encode())
        except psycopg.Error as error:
            return str(error)
    return "it was allowed"
