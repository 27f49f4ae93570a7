"""The database's password changes by itself in production."""

from __future__ import annotations

import pytest

from tests.manifests.judge.objects import Cluster
from tests.manifests.judge.references import of_pod

pytestmark = pytest.mark.manifests
NAME = "rotate-database-password"
LIKE_PRODUCTION = {"prod", "available"}  # the second is the first with components more


def test_production_alone_rotates(cluster: Cluster) -> None:
    rotates = cluster.find("CronJob", NAME) is not None
    assert rotates == (cluster.name in LIKE_PRODUCTION)


def test_two_rotations_never_overlap(prod: Cluster) -> None:
    spec = prod.one("CronJob", NAME)["spec"]
    assert spec["concurrencyPolicy"] == "Forbid"
    assert spec["jobTemplate"]["spec"]["activeDeadlineSeconds"] > 0
    assert not spec.get("suspend")


def test_it_runs_the_image_s_own_word(prod: Cluster) -> None:
    (container,) = prod.pod(NAME).spec["containers"]
    assert NAME in [*(container.get("command") or []), *(container.get("args") or [])]
    assert "ironclad-backend" in container["image"]


def test_it_signs_in_as_the_owner(prod: Cluster) -> None:
    keys = {(r.name, r.key) for r in of_pod(prod.pod(NAME))}
    assert ("database-owner", "url") in keys


def test_production_alone_fetches_its_secrets(cluster: Cluster) -> None:
    fetches = bool(cluster.of("ExternalSecret"))
    assert fetches == (cluster.name in LIKE_PRODUCTION)
