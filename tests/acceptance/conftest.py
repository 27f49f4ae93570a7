"""A fresh database and, on demand, real servers on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ironclad.embedded.postgres import Postgres
from tests.acceptance.harness.databases import (
    fresh_database,
    own_postgres,
    superuser_url,
)
from tests.acceptance.harness.processes import Server, Setup


@pytest.fixture
def postgres() -> Iterator[Postgres]:
    """One that a test may kill or stop."""
    with own_postgres() as running:
        yield running


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a migrated database to copy: that takes a moment, migrating seconds."""
    with fresh_database(os.environ["DATABASE_URL"]) as url:
        Setup(url, tmp_path_factory.mktemp("migrated")).prepare()
        yield urlsplit(url).path.removeprefix("/")


@pytest.fixture
def setup(migrated: str, tmp_path: Path) -> Iterator[Setup]:
    with fresh_database(os.environ["DATABASE_URL"], template=migrated) as url:
        yield Setup(url, tmp_path)


@pytest.fixture
def breakable(postgres: Postgres, tmp_path: Path) -> Setup:
    """Like `setup`, on the PostgreSQL that may be killed."""
    prepared = Setup(superuser_url(postgres), tmp_path)
    prepared.prepare()
    return prepared


@pytest.fixture
def server(setup: Setup) -> Iterator[Server]:
    with Server(setup) as running:
        yield running


@pytest.fixture(scope="module")
def shared_setup(
    migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Setup]:
    with fresh_database(os.environ["DATABASE_URL"], template=migrated) as url:
        yield Setup(url, tmp_path_factory.mktemp("shared"))


@pytest.fixture(scope="module")
def shared(shared_setup: Setup) -> Iterator[Server]:
    """One server for all tests of a file that leave it as they found it."""
    with Server(shared_setup) as running:
        yield running
