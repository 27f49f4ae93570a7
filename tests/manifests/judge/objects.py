"""Rendered objects as they are read: by kind, by name, and as the pods they make."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

Object: TypeAlias = dict[str, Any]

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob")


def name_of(thing: Object) -> str:
    return str(thing["metadata"]["name"])


def namespace_of(thing: Object) -> str:
    """Empty for an object of the whole cluster."""
    return str(thing["metadata"].get("namespace", ""))


def title(thing: Object) -> str:
    """Names an object in a finding: `Service/backend`."""
    return f"{thing['kind']}/{name_of(thing)}"


def labels_of(thing: Object) -> dict[str, str]:
    return dict(thing.get("metadata", {}).get("labels") or {})


def annotations_of(thing: Object) -> dict[str, str]:
    return dict(thing.get("metadata", {}).get("annotations") or {})


@dataclass(frozen=True)
class Pod:
    """The pod that a workload makes: its owner and the template's parts."""

    owner: Object
    template: Object

    @property
    def name(self) -> str:
        """That of its label: a Job's own name also says a version."""
        return self.labels.get("app.kubernetes.io/name", name_of(self.owner))

    @property
    def namespace(self) -> str:
        return namespace_of(self.owner)

    @property
    def labels(self) -> dict[str, str]:
        return labels_of(self.template)

    @property
    def spec(self) -> Object:
        return dict(self.template["spec"])

    @property
    def title(self) -> str:
        return title(self.owner)

    def containers(self) -> list[Object]:
        """All of them, init containers first."""
        return [*(self.spec.get("initContainers") or []), *self.spec["containers"]]

    def ports(self) -> Iterator[Object]:
        """The container ports of what runs as long as the pod does."""
        for container in self.containers():
            init = container in (self.spec.get("initContainers") or [])
            if not init or container.get("restartPolicy") == "Always":
                yield from container.get("ports") or []


def template_of(workload: Object) -> Object:
    spec = workload["spec"]
    if workload["kind"] == "CronJob":
        spec = spec["jobTemplate"]["spec"]
    return dict(spec["template"])


@dataclass(frozen=True)
class Cluster:
    """All objects of one overlay."""

    name: str
    objects: tuple[Object, ...]

    def of(self, *kinds: str) -> list[Object]:
        return [thing for thing in self.objects if thing["kind"] in kinds]

    def find(self, kind: str, name: str) -> Object | None:
        named = [thing for thing in self.of(kind) if name_of(thing) == name]
        return named[0] if named else None

    def one(self, kind: str, name: str) -> Object:
        thing = self.find(kind, name)
        assert thing is not None, f"{self.name} has no {kind}/{name}"
        return thing

    def pods(self) -> list[Pod]:
        return [Pod(thing, template_of(thing)) for thing in self.of(*WORKLOADS)]

    def pod(self, name: str) -> Pod:
        named = [pod for pod in self.pods() if pod.name == name]
        assert named, f"{self.name} has no workload {name}"
        return named[0]

    def has(self, name: str) -> bool:
        """Whether it runs a workload of that name."""
        return any(pod.name == name for pod in self.pods())
