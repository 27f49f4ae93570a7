"""The five labels that every object and every pod carries."""

from __future__ import annotations

from tests.manifests.judge.images import tag_of
from tests.manifests.judge.objects import Cluster, Pod, labels_of, name_of, title

PREFIX = "app.kubernetes.io/"
FIVE = tuple(
    PREFIX + part for part in ("name", "instance", "version", "component", "part-of")
)
FIXED = {PREFIX + "instance": "ironclad", PREFIX + "part-of": "ironclad"}


def unlabelled(cluster: Cluster) -> list[str]:
    carried = [(title(thing), labels_of(thing)) for thing in cluster.objects]
    carried += [(f"the pod of {pod.title}", pod.labels) for pod in cluster.pods()]
    return [
        f"{who} has {key}={labels.get(key)!r}"
        for who, labels in carried
        for key in FIVE
        if not labels.get(key) or labels[key] != FIXED.get(key, labels[key])
    ]


def strangers(cluster: Cluster) -> list[str]:
    """Pods whose labels do not give their workload's name; a Job's also has the version."""
    return [
        f"{pod.title} has pods of {pod.name}"
        for pod in cluster.pods()
        if name_of(pod.owner) not in {pod.name, f"{pod.name}-{_version(pod)}"}
    ]


def _version(pod: Pod) -> str | None:
    return pod.labels.get(PREFIX + "version") if pod.owner["kind"] == "Job" else None


def other_versions(cluster: Cluster) -> list[str]:
    """Pods whose version label is not that of the image they are about."""
    return [
        f"{pod.title} says {said!r}, runs {image}"
        for pod in cluster.pods()
        if (image := pod.spec["containers"][0]["image"])
        and (said := pod.labels.get(PREFIX + "version")) != version_of(image)
    ]


def version_of(image: str) -> str:
    """Our own tag as it is; of another's, without `v` and the system it is built on."""
    tag = tag_of(image)
    if "ironclad-backend" in image:
        return tag
    return tag.removeprefix("v").partition("-")[0]
