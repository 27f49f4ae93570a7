"""What the API server refuses, or `kubectl apply` cannot do, that no schema says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator

from tests.manifests.judge.objects import Cluster, Pod, labels_of, name_of, title

# `kubectl apply` keeps the whole object in an annotation, and all of them together may
# have 256 KiB.
LARGEST = 256 * 1024
_LABEL = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?")
_ROLE = re.compile(r"[^/%]+")  # those may also have colons and capitals
_SERVICE = re.compile(r"[a-z]([-a-z0-9]{0,61}[a-z0-9])?")
_PORT = re.compile(r"(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?")
_PATTERNS = {
    "Service": _SERVICE,
    **dict.fromkeys(
        ("Role", "ClusterRole", "RoleBinding", "ClusterRoleBinding"), _ROLE
    ),
}


def refused(cluster: Cluster) -> list[str]:
    found = [
        f"{title(thing)}: {problem}"
        for thing in cluster.objects
        for problem in _object(thing["kind"], name_of(thing), labels_of(thing))
    ]
    for pod in cluster.pods():
        found += [f"{pod.title}: {problem}" for problem in _pod(pod)]
    return found + [
        f"{title(thing)} is too large to apply: {size} bytes"
        for thing in cluster.objects
        if (size := len(json.dumps(thing, default=str))) >= LARGEST
    ]


def _object(kind: str, name: str, labels: dict[str, str]) -> Iterator[str]:
    if not _PATTERNS.get(kind, _NAME).fullmatch(name):
        yield "its name is none"
    for key, value in labels.items():
        if not _LABEL.fullmatch(str(value)):
            yield f"label {key} cannot be {value!r}"


def _pod(pod: Pod) -> Iterator[str]:
    for key, value in pod.labels.items():
        if not _LABEL.fullmatch(str(value)):
            yield f"label {key} cannot be {value!r}"
    containers = pod.containers()
    yield from _twice("container", (one["name"] for one in containers))
    yield from _twice("volume", (v["name"] for v in pod.spec.get("volumes") or []))
    named = [port["name"] for port in pod.ports() if "name" in port]
    yield from _twice("port", named)
    yield from (
        f"port {name} is no name" for name in named if not _PORT.fullmatch(name)
    )
    for one in containers:
        yield from _twice("variable", (v["name"] for v in one.get("env") or []))
        mounts = one.get("volumeMounts") or []
        yield from _twice("mount", (mount["mountPath"] for mount in mounts))
    kept = pod.spec.get("volumes") or []
    for volume in kept:
        if "emptyDir" in volume and not (volume["emptyDir"] or {}).get("sizeLimit"):
            yield f"volume {volume['name']} may fill the node"


def _twice(what: str, names: Iterable[str]) -> Iterator[str]:
    seen: set[str] = set()
    for name in names:
        if name in seen:
            yield f"{what} {name} is there twice"
        seen.add(name)
