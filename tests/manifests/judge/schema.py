"""Objects against the schemas of Kubernetes: no field of another type, none unknown."""

from __future__ import annotations

import json
from functools import cache

import kubernetes_validate

from tests.manifests.judge.objects import Cluster, Object, title

# The newest that kubernetes-validate carries, the oldest that Kubernetes still cares for,
# and the oldest we promise, which is also that of the kubectl that renders.
VERSIONS = ("1.37", "1.35", "1.32")

# Kinds that others define, by the group of their API. Their schemas are not carried, so
# what they say is not judged here; a kind that is in no list fails.
FOREIGN = {
    "argoproj.io": {"Application", "AppProject"},
    "cert-manager.io": {"Certificate", "ClusterIssuer", "Issuer"},
    "external-secrets.io": {
        "ClusterSecretStore",
        "ExternalSecret",
        "PushSecret",
        "SecretStore",
    },
    "networking.istio.io": {"DestinationRule", "Gateway", "VirtualService"},
    "security.istio.io": {"AuthorizationPolicy", "PeerAuthentication"},
    "telemetry.istio.io": {"Telemetry"},
}

CLUSTER_WIDE = {
    "ClusterIssuer",
    "ClusterRole",
    "ClusterRoleBinding",
    "ClusterSecretStore",
    "Namespace",
    "PriorityClass",
}


def foreign(thing: Object) -> bool:
    group = str(thing["apiVersion"]).partition("/")[0]
    return thing["kind"] in FOREIGN.get(group, set())


def errors(cluster: Cluster, version: str) -> list[str]:
    return [
        f"{title(thing)}: {problem}"
        for thing in cluster.objects
        if not foreign(thing)
        and (problem := _judge(json.dumps(thing, default=str), version))
    ]


@cache
def _judge(thing: str, version: str) -> str:
    """What is wrong, or nothing. Cached: overlays share most of their objects."""
    try:
        kubernetes_validate.validate(json.loads(thing), version, strict=True)
    except kubernetes_validate.ValidationError as error:
        where = ".".join(str(step) for step in error.path)
        return f"{where}: {error.message}"
    except kubernetes_validate.SchemaNotFoundError as error:
        return str(error.message)
    return ""
