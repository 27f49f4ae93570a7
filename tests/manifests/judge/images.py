"""Images that may be another one tomorrow."""

from __future__ import annotations

from tests.manifests.judge.objects import Cluster

FLOATING = {"latest", "stable", "main", "master", "edge", "nightly", "dev"}


def tag_of(image: str) -> str:
    """The tag of an image's name; empty without one."""
    # A colon before the last slash belongs to the port of a registry.
    return image.partition("@")[0].rpartition("/")[2].partition(":")[2]


def unpinned(cluster: Cluster) -> list[str]:
    """Images without an exact tag. A digest beside the tag is welcome, alone it is too."""
    return [
        f"{pod.title} runs {container['image']}"
        for pod in cluster.pods()
        for container in pod.containers()
        if not _pinned(container["image"])
    ]


def of_a_port(cluster: Cluster) -> list[str]:
    """Our image from a registry with a port, which would be its version in every label."""
    return [
        f"{pod.title} runs {container['image']}: name a registry without a port"
        for pod in cluster.pods()
        for container in pod.containers()
        if "ironclad-backend" in container["image"]
        and ":" in container["image"].rpartition("/")[0]
    ]


def _pinned(image: str) -> bool:
    if "@sha256:" in image:
        return True
    tag = tag_of(image)
    # `15` or `v3` is moved by every release: one without a dot is no exact version.
    return bool(tag) and tag not in FLOATING and "." in tag
