"""Containers and claims that a LimitRange would refuse."""

from __future__ import annotations

from collections.abc import Iterator

from tests.manifests.judge.objects import Cluster, Object, namespace_of
from tests.manifests.judge.quantities import RESOURCES, amount


def outside(cluster: Cluster) -> list[str]:
    found = []
    for limits in cluster.of("LimitRange"):
        for item in limits["spec"]["limits"]:
            if item["type"] == "Container":
                found += list(_containers(cluster, namespace_of(limits), item))
            if item["type"] == "PersistentVolumeClaim":
                found += list(_claims(cluster, namespace_of(limits), item))
    return found


def _containers(cluster: Cluster, namespace: str, item: Object) -> Iterator[str]:
    near = [pod for pod in cluster.pods() if pod.namespace == namespace]
    for pod in near:
        for container in pod.containers():
            for resource in RESOURCES:
                for side, bound in (("requests", "min"), ("limits", "max")):
                    asked = container.get("resources", {}).get(side, {}).get(resource)
                    edge = item.get(bound, {}).get(resource)
                    if asked and edge and not _within(bound, asked, edge):
                        yield (
                            f"{pod.title}, {container['name']}: {resource} {asked} "
                            f"is beyond the {bound} of {edge}"
                        )


def _claims(cluster: Cluster, namespace: str, item: Object) -> Iterator[str]:
    for thing in cluster.of("StatefulSet"):
        if namespace_of(thing) != namespace:
            continue
        for claim in thing["spec"].get("volumeClaimTemplates") or []:
            asked = claim["spec"]["resources"]["requests"]["storage"]
            for bound in ("min", "max"):
                edge = item.get(bound, {}).get("storage")
                if edge and not _within(bound, asked, edge):
                    yield f"a claim of {asked} is beyond the {bound} of {edge}"


def _within(bound: str, asked: str, edge: str) -> bool:
    if bound == "min":
        return amount(asked) >= amount(edge)
    return amount(asked) <= amount(edge)
