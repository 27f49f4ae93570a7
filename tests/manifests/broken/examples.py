"""Small objects that are in order, to be broken one field at a time."""

from __future__ import annotations

from tests.manifests.judge.objects import Cluster, Object

HOME = "ironclad-demo"


def cluster(*objects: Object) -> Cluster:
    return Cluster("example", objects)


def labels(name: str) -> dict[str, str]:
    five = {
        "name": name,
        "instance": "ironclad",
        "version": "1.0.0",
        "component": "service",
        "part-of": "ironclad",
    }
    return {f"app.kubernetes.io/{key}": value for key, value in five.items()}


def identity(name: str) -> Object:
    """The selector of a workload."""
    kept = ("app.kubernetes.io/name", "app.kubernetes.io/instance")
    return {"matchLabels": {key: labels(name)[key] for key in kept}}


def thing(kind: str, name: str, version: str = "v1", **rest: object) -> Object:
    """An object of our namespace with its labels."""
    metadata = {"name": name, "namespace": HOME, "labels": labels(name)}
    return {"apiVersion": version, "kind": kind, "metadata": metadata, **rest}


def container(**more: object) -> Object:
    return {
        "name": "main",
        "image": "docker.io/library/thing:1.2.3",
        "ports": [{"name": "http", "containerPort": 3000}],
        "resources": {
            "requests": {"cpu": "250m", "memory": "256Mi"},
            "limits": {"cpu": "500m", "memory": "512Mi"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        **more,
    }


def pod_spec(*containers: Object, **more: object) -> Object:
    return {
        "serviceAccountName": "backend",
        "automountServiceAccountToken": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "containers": list(containers or (container(),)),
        **more,
    }


def deployment(
    name: str = "backend", pod: Object | None = None, **more: object
) -> Object:
    spec = {
        "replicas": 3,
        "selector": identity(name),
        "template": {"metadata": {"labels": labels(name)}, "spec": pod or pod_spec()},
        **more,
    }
    return thing("Deployment", name, "apps/v1", spec=spec)


def service(name: str = "backend", target: int | str = "http") -> Object:
    ports = [{"name": "http", "port": 3000, "targetPort": target}]
    selector = identity(name)["matchLabels"]
    return thing("Service", name, spec={"selector": selector, "ports": ports})


def policy(name: str, selector: Object, **spec: object) -> Object:
    return thing(
        "NetworkPolicy",
        name,
        "networking.k8s.io/v1",
        spec={"podSelector": selector, **spec},
    )
