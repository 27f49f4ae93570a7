from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from ironclad.rotation.api import Api
from ironclad.rotation.cluster import DeploymentService, SecretPlace
from ironclad.rotation.rotation import Rotation
from tests.integration.rotation import certificate
from tests.integration.rotation.cluster import Cluster
from tests.integration.rotation.database import APP, Database, database

Rotate = Callable[..., list[str]]


@pytest.fixture(scope="package")
def server(postgres_version: int) -> Iterator[Database]:
    with database(postgres_version) as made:
        yield made


@pytest.fixture
def first_url(server: Database) -> str:
    return server.start_afresh("first-password")


@pytest.fixture
def cluster(first_url: str, tmp_path: Path) -> Iterator[Cluster]:
    account = tmp_path / "account"
    account.mkdir()
    certificate.write(account)
    with Cluster(account, first_url) as running:
        yield running


@pytest.fixture
def rotate(server: Database, cluster: Cluster) -> Rotate:
    """Run one rotation to its end; gives what it said."""

    def run(patience: float = 20) -> list[str]:
        said: list[str] = []
        api = Api.of_pod(cluster.environment, cluster.account)
        with owner(server) as connection:
            rotation = Rotation(
                connection,
                APP,
                SecretPlace(api, "database-app"),
                said.append,
                patience=patience,
                pause=0.01,
            )
            rotation.rotate(DeploymentService(api, "backend"))
        return said

    return run


@contextmanager
def owner(server: Database) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.owner_url, autocommit=True) as connection:
        yield connection
