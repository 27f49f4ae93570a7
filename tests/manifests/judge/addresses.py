"""Addresses within the cluster, in words and variables, that no Service answers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import SplitResult, urlsplit

from tests.manifests.judge.configuration import environment
from tests.manifests.judge.objects import Cluster, Object, Pod, namespace_of

_URL = re.compile(r"[a-z][a-z0-9+]*://[^\s,'\"]+")
_DEFAULTS = {
    "http": 80,
    "https": 443,
    "postgresql": 5432,
    "redis": 6379,
    "rediss": 6379,
}
_OWN = {"localhost", "127.0.0.1", "0.0.0.0"}


def astray(cluster: Cluster) -> list[str]:
    """URLs to a name without a dot (a Service beside the pod), or to a port it has not."""
    return [
        f"{pod.title}: {container['name']} is told {url}, which no Service is"
        for pod in cluster.pods()
        for container in pod.containers()
        for url in _urls(cluster, container)
        if not _answered(cluster, pod, urlsplit(url))
    ]


def _urls(cluster: Cluster, container: Object) -> Iterator[str]:
    words = [*(container.get("command") or []), *(container.get("args") or [])]
    for text in (*words, *environment(cluster, container).values()):
        yield from _URL.findall(str(text))


def _answered(cluster: Cluster, pod: Pod, url: SplitResult) -> bool:
    host = url.hostname or ""
    if "." in host or host in _OWN:
        return True  # outside, or the container itself
    service = cluster.find("Service", host)
    if service is None or namespace_of(service) != pod.namespace:
        return False
    port = url.port or _DEFAULTS.get(url.scheme)
    return port in {each["port"] for each in service["spec"]["ports"]}
