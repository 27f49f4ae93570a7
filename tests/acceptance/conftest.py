"""A fresh database and, on demand, real servers on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

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


@pytest.fixture
def setup(tmp_path: Path) -> Iterator[Setup]:
    with fresh_database(os.environ["DATABASE_URL"]) as url:
        prepared = Setup(url, tmp_path)
        prepared.prepare()
        yield prepared


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
