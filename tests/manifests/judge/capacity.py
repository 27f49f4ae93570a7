"""How many pods there can be at the most, and whether a quota has room for them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal

from tests.manifests.judge.objects import Cluster, Object, Pod, namespace_of
from tests.manifests.judge.quantities import amount, of_pod


def most_replicas(cluster: Cluster, pod: Pod) -> int:
    """The autoscaler's maximum, or the replicas as written, without a rollout."""
    for scaler in cluster.of("HorizontalPodAutoscaler"):
        target = scaler["spec"]["scaleTargetRef"]
        if (target["kind"], target["name"]) == (pod.owner["kind"], pod.name):
            return int(scaler["spec"]["maxReplicas"])
    return int(pod.owner["spec"].get("replicas", 1))


def surge(pod: Pod, replicas: int) -> int:
    """Pods that a rollout has more than that."""
    if pod.owner["kind"] != "Deployment":
        return 0
    strategy = pod.owner["spec"].get("strategy") or {}
    if strategy.get("type") == "Recreate":
        return 0
    more = (strategy.get("rollingUpdate") or {}).get("maxSurge", "25%")
    if isinstance(more, str):
        return math.ceil(replicas * int(more.removesuffix("%")) / 100)
    return int(more)


def most_pods(cluster: Cluster, pod: Pod) -> int:
    """The most pods of a workload that there are at a time."""
    match pod.owner["kind"]:
        case "Job":
            return int(pod.owner["spec"].get("parallelism", 1))
        case "CronJob":
            return int(pod.owner["spec"]["jobTemplate"]["spec"].get("parallelism", 1))
        case "DaemonSet":
            return 0  # one a node: no quota of ours can know how many
    replicas = most_replicas(cluster, pod)
    return replicas + surge(pod, replicas)


def needs(cluster: Cluster, namespace: str) -> dict[str, Decimal]:
    """What everything in a namespace takes at the most, in a quota's words."""
    total: Counter[str] = Counter()
    for pod in cluster.pods():
        if pod.namespace == namespace:
            many = most_pods(cluster, pod)
            total["pods"] += many
            for (side, resource), each in of_pod(pod).items():
                total[f"{side}.{resource}"] += each * many  # type: ignore[assignment]
    total.update(claimed(cluster, namespace))
    total["services.loadbalancers"] = sum(
        thing["spec"].get("type") == "LoadBalancer"
        for thing in cluster.of("Service")
        if namespace_of(thing) == namespace
    )
    return {what: Decimal(many) for what, many in total.items()}


def claimed(cluster: Cluster, namespace: str) -> dict[str, Decimal]:
    """Claims and their bytes, in a quota's words."""
    claims = list(_claims(cluster, namespace))
    sizes = [amount(c["spec"]["resources"]["requests"]["storage"]) for c in claims]
    return {
        "persistentvolumeclaims": Decimal(len(claims)),
        "requests.storage": sum(sizes, Decimal(0)),
    }


def _claims(cluster: Cluster, namespace: str) -> Iterator[Object]:
    for thing in cluster.of("PersistentVolumeClaim"):
        if namespace_of(thing) == namespace:
            yield thing
    for thing in cluster.of("StatefulSet"):
        if namespace_of(thing) == namespace:
            many = int(thing["spec"].get("replicas", 1))
            yield from (thing["spec"].get("volumeClaimTemplates") or []) * many


def over_quota(cluster: Cluster) -> list[str]:
    """What a ResourceQuota has no room for when everything runs at its largest."""
    found = []
    for quota in cluster.of("ResourceQuota"):
        needed = needs(cluster, namespace_of(quota))
        for what, most in quota["spec"]["hard"].items():
            # A quota of `cpu` is one of `requests.cpu`.
            name = f"requests.{what}" if what in {"cpu", "memory"} else what
            if needed.get(name, Decimal(0)) > amount(most):
                found.append(f"{what}: {needed[name]:f} needed, {most} given")
    return found
