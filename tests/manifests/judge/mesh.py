"""Pods that Istio gives a sidecar, which no manifest shows."""

from __future__ import annotations

from tests.manifests.judge.objects import Object, Pod, annotations_of

_SIDES = {"requests": "", "limits": "Limit"}
_RESOURCES = {"cpu": "CPU", "memory": "Memory"}


def has_sidecar(pod: Pod) -> bool:
    return pod.labels.get("sidecar.istio.io/inject") == "true"


def sidecars(pod: Pod) -> list[Object]:
    """The container that is put beside the pod's own, with the resources it is told."""
    if not has_sidecar(pod):
        return []
    notes = annotations_of(pod.template)
    resources = {
        side: {
            resource: notes[f"sidecar.istio.io/proxy{word}{end}"]
            for resource, word in _RESOURCES.items()
        }
        for side, end in _SIDES.items()
    }
    return [{"name": "istio-proxy", "resources": resources}]
