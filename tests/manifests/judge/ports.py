"""Ports that are named somewhere and open nowhere."""

from __future__ import annotations

from collections.abc import Iterator

from tests.manifests.judge.objects import Cluster, Object, Pod, namespace_of, title
from tests.manifests.judge.selectors import chosen


def opens(pod: Pod, port: int | str, protocol: str = "TCP") -> bool:
    """Whether a container of the pod declares that port, by number or by name."""
    key = "name" if isinstance(port, str) else "containerPort"
    return any(
        declared.get(key) == port and declared.get("protocol", "TCP") == protocol
        for declared in pod.ports()
    )


def unserved(cluster: Cluster) -> list[str]:
    """Service ports without a container port in every pod that the Service selects."""
    found = []
    for service in cluster.of("Service"):
        for port in service["spec"].get("ports") or []:
            target = port.get("targetPort", port["port"])
            found += [
                f"{title(service)} port {port['port']} leads to {target}, "
                f"which {pod.title} does not open"
                for pod in chosen(cluster, service)
                if not opens(pod, target, port.get("protocol", "TCP"))
            ]
    return found + _probes(cluster) + _ingress(cluster) + _scrapes(cluster)


def _handlers(container: Object) -> Iterator[tuple[str, Object]]:
    for kind in ("startupProbe", "readinessProbe", "livenessProbe"):
        yield kind, container.get(kind) or {}
    for kind in ("preStop", "postStart"):
        yield kind, (container.get("lifecycle") or {}).get(kind) or {}


def _probes(cluster: Cluster) -> list[str]:
    found = []
    for pod in cluster.pods():
        for container in pod.containers():
            for kind, handler in _handlers(container):
                call = handler.get("httpGet") or handler.get("tcpSocket")
                if call and not opens(pod, call["port"]):
                    found.append(f"{pod.title}: {kind} asks {call['port']}, not open")
    return found


def backends(ingress: Object) -> Iterator[Object]:
    """The services that an Ingress leads to."""
    if default := ingress["spec"].get("defaultBackend"):
        yield default["service"]
    for rule in ingress["spec"].get("rules") or []:
        for path in (rule.get("http") or {}).get("paths") or []:
            yield path["backend"]["service"]


def _ingress(cluster: Cluster) -> list[str]:
    found = []
    for ingress in cluster.of("Ingress"):
        for backend in backends(ingress):
            service = cluster.find("Service", backend["name"])
            near = service and namespace_of(service) == namespace_of(ingress)
            ports = service["spec"]["ports"] if service and near else []
            if not any(
                backend["port"].items() <= _named(port).items() for port in ports
            ):
                found.append(f"{title(ingress)} leads to no Service: {backend}")
    return found


def _named(port: Object) -> Object:
    """A Service's port as an Ingress may call it."""
    return {"number": port["port"], "name": port.get("name")}


def _scrapes(cluster: Cluster) -> list[str]:
    """Pods that ask to be scraped, where nothing listens or without saying where."""
    found = []
    for pod in cluster.pods():
        notes = (pod.template.get("metadata") or {}).get("annotations") or {}
        if notes.get("prometheus.io/scrape") == "true":
            port = str(notes.get("prometheus.io/port", ""))
            if not port.isdigit() or not opens(pod, int(port)):
                found.append(f"{pod.title} asks to be scraped at port {port!r}")
            if not str(notes.get("prometheus.io/path", "")).startswith("/"):
                found.append(f"{pod.title} asks to be scraped at no path")
    return found
