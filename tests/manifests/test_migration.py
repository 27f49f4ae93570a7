"""A version's migration is done before any replica of that version serves."""

from __future__ import annotations

import pytest

from tests.manifests.judge.images import tag_of
from tests.manifests.judge.objects import Cluster, Object, annotations_of, name_of

pytestmark = pytest.mark.manifests
WAVE = "argocd.argoproj.io/sync-wave"
HOOK = "argocd.argoproj.io/hook"


def _migrates(container: Object) -> bool:
    return "migrate" in [
        *(container.get("command") or []),
        *(container.get("args") or []),
    ]


def test_a_job_migrates_as_the_owner(cluster: Cluster) -> None:
    pod = cluster.pod("migrate")
    assert pod.owner["kind"] == "Job"
    (container,) = [one for one in pod.spec["containers"] if _migrates(one)]
    urls = [v for v in container["env"] if v["name"] == "DATABASE_URL"]
    reference = {"name": "database-owner", "key": "url"}
    assert [url["valueFrom"]["secretKeyRef"] for url in urls] == [reference]


def test_a_migration_that_fails_ends(cluster: Cluster) -> None:
    spec = cluster.pod("migrate").owner["spec"]
    assert spec["backoffLimit"] <= 10
    assert 0 < spec["activeDeadlineSeconds"] <= 3600


def test_one_that_failed_can_still_say_why(cluster: Cluster) -> None:
    """With OnFailure the pod, and its log, goes when the Job gives up."""
    assert cluster.pod("migrate").spec["restartPolicy"] == "Never"


def test_it_runs_the_image_that_will_serve(cluster: Cluster) -> None:
    images = {
        container["image"]
        for name in ("migrate", "backend")
        for container in cluster.pod(name).containers()
        if "ironclad-backend" in container["image"]
    }
    assert len(images) == 1


def test_replicas_wait_for_it(cluster: Cluster) -> None:
    """`kubectl apply` orders nothing, so a new pod itself waits before it starts."""
    pod = cluster.pod("backend")
    waiting = pod.spec.get("initContainers") or []
    words = [
        " ".join([*(one.get("command") or []), *(one.get("args") or [])])
        for one in waiting
    ]
    assert any("migrat" in text for text in words), words


def test_a_gitops_sync_runs_it_first(cluster: Cluster) -> None:
    job = annotations_of(cluster.pod("migrate").owner)
    backend = annotations_of(cluster.one("Deployment", "backend"))
    first = int(job.get(WAVE, "0")) < int(backend.get(WAVE, "0"))
    assert first or job.get(HOOK) == "PreSync"


def test_a_new_version_is_a_new_job(cluster: Cluster) -> None:
    """A Job cannot be changed, so one of the old name would refuse the new image."""
    pod = cluster.pod("migrate")
    (image,) = {container["image"] for container in pod.containers()}
    assert name_of(pod.owner) == f"migrate-{tag_of(image)}"
