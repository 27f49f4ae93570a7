"""What the service accounts may ask of the API server."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.manifests.judge.objects import Cluster, Object, name_of, namespace_of, title

READING = frozenset({"get", "list", "watch"})


@dataclass(frozen=True)
class Right:
    """One verb on one resource, of one object when `name` is set."""

    verb: str
    resource: str  # with its group: `apps/deployments`, `pods` for the core's
    name: str = ""
    namespace: str = ""  # none: everywhere, by a ClusterRoleBinding

    def __str__(self) -> str:
        one = f" {self.name}" if self.name else ""
        where = f"in {self.namespace}" if self.namespace else "everywhere"
        return f"{self.verb} {self.resource}{one} {where}"


def _of_rule(rule: Object, namespace: str) -> Iterator[Right]:
    for verb in rule["verbs"]:
        for path in rule.get("nonResourceURLs") or []:
            yield Right(verb, path, namespace=namespace)
        for group in rule.get("apiGroups") or []:
            for resource in rule.get("resources") or []:
                full = f"{group}/{resource}" if group else resource
                for name in rule.get("resourceNames") or [""]:
                    yield Right(verb, full, name, namespace)


def rights(cluster: Cluster) -> dict[str, set[Right]]:
    """All rights by whose they are: `namespace/name` of a service account, or `User/name`."""
    held: dict[str, set[Right]] = {}
    for binding in cluster.of("RoleBinding", "ClusterRoleBinding"):
        role = _role(cluster, binding)
        for subject in binding.get("subjects") or []:
            mine = held.setdefault(_holder(subject), set())
            for rule in (role or {}).get("rules") or []:
                mine.update(_of_rule(rule, namespace_of(binding)))
    return held


def _holder(subject: Object) -> str:
    account = subject["kind"] == "ServiceAccount"
    return (
        f"{subject.get('namespace') if account else subject['kind']}/{subject['name']}"
    )


def _role(cluster: Cluster, binding: Object) -> Object | None:
    """The ClusterRole, or the Role beside the binding: other namespaces may have its name."""
    kind, name = binding["roleRef"]["kind"], binding["roleRef"]["name"]
    named = [thing for thing in cluster.of(kind) if name_of(thing) == name]
    if kind == "Role":
        home = namespace_of(binding)
        named = [role for role in named if namespace_of(role) == home]
    return named[0] if named else None


def excess(cluster: Cluster, granted: Mapping[str, frozenset[str]]) -> list[str]:
    """Rights beyond those granted: per account, `verb resource[ name] in namespace`."""
    return [
        f"{account} may {right}"
        for account, held in sorted(rights(cluster).items())
        for right in sorted(held, key=str)
        if str(right) not in granted.get(account, frozenset())
    ]


def wildcards(cluster: Cluster) -> list[str]:
    return [
        f"{title(role)} has a wildcard: {rule}"
        for role in cluster.of("Role", "ClusterRole")
        for rule in role.get("rules") or []
        if any("*" in entry for entries in rule.values() for entry in entries)
    ]


def tokens(cluster: Cluster) -> set[str]:
    """Names of the workloads that carry a token of the API server."""
    accounts = {
        (namespace_of(thing), name_of(thing)): thing.get(
            "automountServiceAccountToken", True
        )
        for thing in cluster.of("ServiceAccount")
    }
    carrying = set()
    for pod in cluster.pods():
        account = (pod.namespace, pod.spec.get("serviceAccountName", "default"))
        mounts = pod.spec.get("automountServiceAccountToken")
        projected = any(
            "serviceAccountToken" in source
            for volume in pod.spec.get("volumes") or []
            for source in (volume.get("projected") or {}).get("sources") or []
        )
        if projected or (accounts.get(account, True) if mounts is None else mounts):
            carrying.add(pod.name)
    return carrying
