"""The five labels that every object and every pod carries."""

from __future__ import annotations

from tests.manifests.judge.images import tag_of
from tests.manifests.judge.objects import Cluster, labels_of, title

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
    """Pods whose name label is not the name of their workload."""
    key = PREFIX + "name"
    return [
        f"{pod.title} has {key}={pod.labels.get(key)!r}"
        for pod in cluster.pods()
        if pod.labels.get(key) != pod.name
    ]


def other_versions(cluster: Cluster) -> list[str]:
    """Pods of our image whose version label is not its tag."""
    return [
        f"{pod.title} says {pod.labels.get(PREFIX + 'version')!r}, runs {image}"
        for pod in cluster.pods()
        for image in {container["image"] for container in pod.containers()}
        if "ironclad-backend" in image
        and pod.labels.get(PREFIX + "version") != tag_of(image)
    ]
