from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.stack.cluster import manifests
from tests.stack.cluster.postgres import ClusterPostgres, cluster_postgres


@pytest.fixture(scope="package")
def secrets() -> dict[str, dict[str, str]]:
    """What the Secrets of secrets.sh hold, by name and key."""
    made = manifests.secrets()
    return {thing["metadata"]["name"]: manifests.values(thing) for thing in made}


@pytest.fixture(scope="package")
def postgres(secrets: dict[str, dict[str, str]]) -> Iterator[ClusterPostgres]:
    """The cluster's database as it is before the first migration."""
    with cluster_postgres(secrets) as running:
        yield running
