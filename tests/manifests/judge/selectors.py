"""Which labels a selector takes, and selectors that take none."""

from __future__ import annotations

from collections.abc import Mapping

from tests.manifests.judge.objects import (
    Cluster,
    Object,
    Pod,
    labels_of,
    namespace_of,
    template_of,
    title,
)

IDENTITY = {"app.kubernetes.io/name", "app.kubernetes.io/instance"}


def selects(selector: Object, labels: Mapping[str, str]) -> bool:
    """Whether a LabelSelector takes them; an empty one takes all."""
    for key, value in (selector.get("matchLabels") or {}).items():
        if labels.get(key) != value:
            return False
    return all(
        _expression(rule, labels) for rule in selector.get("matchExpressions") or []
    )


def _expression(rule: Object, labels: Mapping[str, str]) -> bool:
    there, values = rule["key"] in labels, rule.get("values") or []
    match rule["operator"]:
        case "In":
            return there and labels[rule["key"]] in values
        case "NotIn":
            return not there or labels[rule["key"]] not in values
        case "Exists":
            return there
        case "DoesNotExist":
            return not there
        case other:
            raise ValueError(f"no such operator: {other}")


def selector_of(thing: Object) -> Object | None:
    """The pods that an object is about, as a LabelSelector; None when it selects none."""
    spec = thing.get("spec") or {}
    match thing["kind"]:
        case "Service":
            return {"matchLabels": spec["selector"]} if spec.get("selector") else None
        case "Deployment" | "StatefulSet" | "DaemonSet" | "PodDisruptionBudget":
            return dict(spec["selector"])
        case "NetworkPolicy":
            return dict(spec["podSelector"])
    return None


def chosen(cluster: Cluster, thing: Object) -> list[Pod]:
    """The pods that an object selects in its own namespace."""
    selector = selector_of(thing)
    if selector is None:
        return []
    near = [pod for pod in cluster.pods() if pod.namespace == namespace_of(thing)]
    return [pod for pod in near if selects(selector, pod.labels)]


def selecting_nothing(cluster: Cluster) -> list[str]:
    found = [
        f"{title(thing)} selects no pod"
        for thing in cluster.objects
        if selector_of(thing) is not None and not chosen(cluster, thing)
    ]
    return found + _peers(cluster) + _spread(cluster)


def _peers(cluster: Cluster) -> list[str]:
    """Peers of a policy's rules in its own namespace: a typing error there opens nothing."""
    found = []
    for policy in cluster.of("NetworkPolicy"):
        near = [p for p in cluster.pods() if p.namespace == namespace_of(policy)]
        rules = [
            *(policy["spec"].get("ingress") or []),
            *(policy["spec"].get("egress") or []),
        ]
        peers = [
            p for r in rules for p in [*(r.get("from") or []), *(r.get("to") or [])]
        ]
        found += [
            f"{title(policy)} names a peer that no pod is: {peer['podSelector']}"
            for peer in peers
            if "podSelector" in peer
            and "namespaceSelector" not in peer
            and not any(selects(peer["podSelector"], pod.labels) for pod in near)
        ]
    return found


def _spread(cluster: Cluster) -> list[str]:
    """Rules of placement by pods that are not there; a spread is of the pod's own kind."""
    found = []
    for pod in cluster.pods():
        anti = (pod.spec.get("affinity") or {}).get("podAntiAffinity") or {}
        soft = anti.get("preferredDuringSchedulingIgnoredDuringExecution") or []
        hard = anti.get("requiredDuringSchedulingIgnoredDuringExecution") or []
        apart = [*hard, *(rule["podAffinityTerm"] for rule in soft)]
        near = [p.labels for p in cluster.pods() if p.namespace == pod.namespace]
        found += [
            f"{pod.title} keeps off pods that are not there: {rule['labelSelector']}"
            for rule in apart
            if not any(selects(rule["labelSelector"], labels) for labels in near)
        ]
        found += [
            f"{pod.title} spreads other pods than its own: {rule['labelSelector']}"
            for rule in pod.spec.get("topologySpreadConstraints") or []
            if not selects(rule["labelSelector"], pod.labels)
        ]
    return found


def beyond_identity(cluster: Cluster) -> list[str]:
    """Selectors by other labels than name and instance, which would split one workload."""
    return [
        f"{title(thing)} selects by {sorted(keys)}"
        for thing in cluster.of("Service", "Deployment", "StatefulSet", "DaemonSet")
        if (selector := selector_of(thing)) is not None
        and (keys := set(selector.get("matchLabels") or {})) != IDENTITY
    ]


def foreign_templates(cluster: Cluster) -> list[str]:
    """Workloads whose selector does not take the pods that they make."""
    return [
        f"{title(thing)} does not select its own pods"
        for thing in cluster.of("Deployment", "StatefulSet", "DaemonSet")
        if not selects(thing["spec"]["selector"], labels_of(template_of(thing)))
    ]
