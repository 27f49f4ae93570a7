"""Which Secrets there will be, with which keys: made by hand, issued, or fetched."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tests.manifests.judge.objects import Cluster, name_of

CERTIFICATE = {"tls.crt", "tls.key", "ca.crt"}


def issued(cluster: Cluster) -> dict[str, set[str]]:
    """Those that cert-manager makes."""
    return {
        thing["spec"]["secretName"]: set(CERTIFICATE)
        for thing in cluster.of("Certificate")
    }


def fetched(cluster: Cluster) -> dict[str, set[str]]:
    """Those that the external-secrets operator makes."""
    made = {}
    for thing in cluster.of("ExternalSecret"):
        target = thing["spec"].get("target") or {}
        template = (target.get("template") or {}).get("data")
        keys = template or [
            entry["secretKey"] for entry in thing["spec"].get("data", [])
        ]
        made[target.get("name", name_of(thing))] = set(keys)
    return made


def all_of(
    cluster: Cluster, beforehand: Mapping[str, Iterable[str]]
) -> dict[str, set[str]]:
    """Keys of every Secret by its name: those made before, and those the cluster makes."""
    made = {name: set(keys) for name, keys in beforehand.items()}
    for more in (issued(cluster), fetched(cluster)):
        for name, keys in more.items():
            made[name] = made.get(name, set()) | keys
    return made
