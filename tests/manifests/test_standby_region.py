"""A standby region's cluster: its database follows, and nothing there writes."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.manifests.judge import schema
from tests.manifests.judge.objects import Cluster
from tests.manifests.judge.reachability import End, Policies, Port, ends_of
from tests.manifests.judge.rendering import KUBERNETES, render

pytestmark = pytest.mark.manifests
ELSEWHERE = End("the other region", addresses=("10.30.0.10",))


@pytest.fixture(scope="module")
def standby(kubectl: None, tmp_path_factory: pytest.TempPathFactory) -> Cluster:
    folder: Path = tmp_path_factory.mktemp("standby")
    base = os.path.relpath(KUBERNETES, folder)
    text = f"""apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources:
  - {base}/overlays/prod
components:
  - {base}/components/standby-region
"""
    (folder / "kustomization.yaml").write_text(text, "utf-8")
    return render(folder)


def test_its_database_follows_the_first_region_and_is_fenced(standby: Cluster) -> None:
    marker = standby.one("ConfigMap", "database-primary")["data"]
    assert marker["primary"] == "postgres.region-a.ironclad.example.org"
    (fence,) = standby.pod("postgres").spec["initContainers"]
    told = {each["name"]: each.get("value") for each in fence["env"]}
    assert fence["command"] == ["sh", "/etc/postgresql-replica/fence.sh"]
    assert told["POD_NAME"] == "standby-region"
    policies, ends = Policies(standby, sure=True), ends_of(standby)
    assert policies.lets_out(ends["postgres"], ELSEWHERE, Port(5432))


def test_nothing_there_writes(standby: Cluster) -> None:
    assert standby.pod("backend").owner["spec"]["replicas"] == 0
    assert standby.pod("postgres-replica").owner["spec"]["replicas"] == 0
    jobs = standby.of("CronJob")
    assert jobs
    assert all(job["spec"]["suspend"] is True for job in jobs)
    assert not standby.of("Job")


def test_its_objects_are_valid(standby: Cluster) -> None:
    assert schema.errors(standby, schema.VERSIONS[0]) == []
