"""What an object refers to, and whether the overlay, or who sets it up, has it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.manifests.judge.objects import Cluster, Object, Pod, namespace_of, title

# Kubernetes brings these itself, the last one to every namespace.
BUILT_IN = {
    ("PriorityClass", "system-node-critical"),
    ("PriorityClass", "system-cluster-critical"),
    ("ConfigMap", "kube-root-ca.crt"),
}


@dataclass(frozen=True)
class Reference:
    """An object by kind and name, or one key of it."""

    kind: str
    name: str
    key: str | None = None


def _source(kind: str, source: Object, name: str) -> Iterator[Reference]:
    """A volume's ConfigMap or Secret: each key that it picks, or all of it."""
    if source.get("optional"):
        return
    items = source.get("items") or []
    if not items:
        yield Reference(kind, source[name])
    for item in items:
        yield Reference(kind, source[name], item["key"])


def _volume(volume: Object) -> Iterator[Reference]:
    if "configMap" in volume:
        yield from _source("ConfigMap", volume["configMap"], "name")
    if "secret" in volume:
        yield from _source("Secret", volume["secret"], "secretName")
    for part in (volume.get("projected") or {}).get("sources") or []:
        if "configMap" in part:
            yield from _source("ConfigMap", part["configMap"], "name")
        if "secret" in part:
            yield from _source("Secret", part["secret"], "name")
    if "persistentVolumeClaim" in volume:
        yield Reference(
            "PersistentVolumeClaim", volume["persistentVolumeClaim"]["claimName"]
        )


def _environment(container: Object) -> Iterator[Reference]:
    for variable in container.get("env") or []:
        source = variable.get("valueFrom") or {}
        for field, kind in (
            ("secretKeyRef", "Secret"),
            ("configMapKeyRef", "ConfigMap"),
        ):
            if field in source and not source[field].get("optional"):
                yield Reference(kind, source[field]["name"], source[field]["key"])
    for whole in container.get("envFrom") or []:
        for field, kind in (("secretRef", "Secret"), ("configMapRef", "ConfigMap")):
            if field in whole and not whole[field].get("optional"):
                yield Reference(kind, whole[field]["name"])


def of_pod(pod: Pod) -> Iterator[Reference]:
    spec = pod.spec
    if account := spec.get("serviceAccountName"):
        yield Reference("ServiceAccount", account)
    if priority := spec.get("priorityClassName"):
        yield Reference("PriorityClass", priority)
    for secret in spec.get("imagePullSecrets") or []:
        yield Reference("Secret", secret["name"])
    for volume in spec.get("volumes") or []:
        yield from _volume(volume)
    for container in pod.containers():
        yield from _environment(container)


def of_object(thing: Object) -> Iterator[Reference]:
    """What objects other than pods refer to."""
    spec = thing.get("spec") or {}
    match thing["kind"]:
        case "Ingress":
            for tls in spec.get("tls") or []:
                yield Reference("Secret", tls["secretName"])
        case "StatefulSet":
            yield Reference("Service", spec["serviceName"])
        case "HorizontalPodAutoscaler":
            target = spec["scaleTargetRef"]
            yield Reference(target["kind"], target["name"])
        case "RoleBinding" | "ClusterRoleBinding":
            yield Reference(thing["roleRef"]["kind"], thing["roleRef"]["name"])
            for subject in thing.get("subjects") or []:
                yield Reference(subject["kind"], subject["name"])


def missing(cluster: Cluster, secrets: Mapping[str, set[str]]) -> list[str]:
    """References that lead nowhere.

    `secrets`: the keys of each Secret that is made beside the manifests. They live in one
    namespace; a reference across namespaces is told by the name being absent there.
    """
    found = []
    for pod in cluster.pods():
        home = _near(cluster, pod.namespace)
        found += [
            f"{pod.title} refers to {problem}"
            for reference in of_pod(pod)
            if (problem := _problem(reference, home, secrets))
        ]
        found += _mounts(pod)
    for thing in cluster.objects:
        home = _near(cluster, namespace_of(thing))
        if thing["kind"] in {"RoleBinding", "ClusterRoleBinding"}:
            home = cluster  # subjects say their namespace, and may be of another one
        found += [
            f"{title(thing)} refers to {problem}"
            for reference in of_object(thing)
            if (problem := _problem(reference, home, secrets))
        ]
    return found


def _near(cluster: Cluster, namespace: str) -> Cluster:
    """The objects of one namespace, and those of the whole cluster."""
    near = [t for t in cluster.objects if namespace_of(t) in {namespace, ""}]
    return Cluster(cluster.name, tuple(near))


def _problem(
    reference: Reference, cluster: Cluster, secrets: Mapping[str, set[str]]
) -> str | None:
    kind, name, key = reference.kind, reference.name, reference.key
    if (kind, name) in BUILT_IN:
        return None
    if kind == "Secret":
        keys = secrets.get(name)
    elif thing := cluster.find(kind, name):
        keys = {*(thing.get("data") or {}), *(thing.get("binaryData") or {})}
    else:
        keys = None
    if keys is None:
        return f"{kind}/{name}, which is not there"
    if key is not None and key not in keys:
        return f"{kind}/{name}, which has no key {key}"
    return None


def _mounts(pod: Pod) -> list[str]:
    """Mounts without a volume, and volumes without a mount."""
    claims = pod.owner["spec"].get("volumeClaimTemplates") or []
    volumes = {volume["name"] for volume in pod.spec.get("volumes") or []}
    volumes |= {claim["metadata"]["name"] for claim in claims}
    mounted = {
        mount["name"]
        for container in pod.containers()
        for mount in container.get("volumeMounts") or []
    }
    return [f"{pod.title} mounts no volume named {n}" for n in mounted - volumes] + [
        f"{pod.title} has a volume {n} that nothing mounts" for n in volumes - mounted
    ]
