"""The image's entry, as any user id, on a read-only file system, with a real PostgreSQL."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from tests.acceptance.harness.processes import free_port
from tests.acceptance.harness.waiting import until
from tests.integration.rotation.database import Database, database
from tests.stack.container import (
    PLACE,
    USER,
    Container,
    copy_of_image,
    environment_of_image,
    within,
)

pytestmark = [pytest.mark.stack, pytest.mark.patient]
ENTRY = f"{PLACE}/deploy/docker/entrypoint.sh"


@pytest.fixture(scope="module")
def server(postgres_version: int) -> Iterator[Database]:
    with database(postgres_version, migrated=False) as made:
        yield made


@pytest.fixture(scope="module")
def container(server: Database, tmp_path_factory: pytest.TempPathFactory) -> Container:
    """Configured as the owner of an empty database."""
    copy = copy_of_image(tmp_path_factory.mktemp("image"))
    settings = {
        "DATABASE_URL": server.owner_url,
        "SECRET_KEY": secrets.token_urlsafe(50),
        "AUDIT_KEY": secrets.token_urlsafe(50),
        "ALLOWED_HOSTS": "127.0.0.1",
    }
    return Container(copy, environment_of_image() | settings)


@contextmanager
def web(
    container: Container, port: int, log: Path
) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as out:
        child = subprocess.Popen(
            container.command(ENTRY, "web", "--port", str(port)),
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
        )
    try:
        yield child
    finally:
        child.kill()
        child.wait(10)


def answer(address: str) -> int:
    try:
        return httpx.get(address, timeout=5).status_code
    except httpx.TransportError:
        return 0


def test_nobody_writes_but_in_tmp(container: Container) -> None:
    assert container.run("id", "-u").stdout.strip() == str(USER)
    for place in (PLACE, f"{PLACE}/.venv", "/var/tmp", "/mnt", "/"):
        assert container.run("touch", f"{place}/file").returncode != 0, place
    assert container.run("touch", "/tmp/file").returncode == 0


def test_it_migrates_serves_and_leaves_in_order(
    container: Container, server: Database, tmp_path: Path
) -> None:
    migrated = container.run(ENTRY, "migrate")
    assert migrated.returncode == 0, migrated.stderr
    app_url = server.start_afresh("first-password")
    port, log = free_port(), tmp_path / "web.log"
    told = {"DATABASE_URL": app_url, "PORT": str(port)}
    serving = replace(container, environment=container.environment | told)
    with web(serving, port, log) as child:
        address = f"http://127.0.0.1:{port}"
        try:
            until(lambda: answer(f"{address}/readyz") == 200, 20, "it is ready")
        except AssertionError as error:
            raise AssertionError(f"{error}\n{log.read_text()[-2000:]}") from None
        assert answer(f"{address}/livez") == 200
        assert serving.run("python", "deploy/docker/livez.py").returncode == 0
        os.kill(within(child.pid), signal.SIGTERM)
        assert child.wait(15) == 0
    assert serving.run("python", "deploy/docker/livez.py").returncode == 1


def test_an_unknown_word_is_refused_with_those_that_exist(container: Container) -> None:
    refused = container.run(ENTRY, "serve")
    assert refused.returncode == 64
    assert "web, evaluate, migrate, backup" in refused.stderr
