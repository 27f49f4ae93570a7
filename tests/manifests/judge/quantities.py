"""Kubernetes quantities as numbers, and what a pod asks for in all."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from tests.manifests.judge.mesh import sidecars
from tests.manifests.judge.objects import Object, Pod

_SUFFIXES = {
    "m": Decimal("0.001"),
    "k": Decimal(10**3),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "T": Decimal(10**12),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
    "Ti": Decimal(2**40),
}
RESOURCES = ("cpu", "memory")
Amounts = Mapping[tuple[str, str], Decimal]  # by ("requests" or "limits", resource)


def amount(quantity: str | float) -> Decimal:
    """Cores, bytes, or a count."""
    text = str(quantity)
    for suffix in sorted(_SUFFIXES, key=len, reverse=True):
        if text.endswith(suffix):
            return Decimal(text.removesuffix(suffix)) * _SUFFIXES[suffix]
    return Decimal(text)


def _of(container: Object, side: str, resource: str) -> Decimal:
    resources = container.get("resources") or {}
    return amount((resources.get(side) or {}).get(resource, 0))


def of_pod(pod: Pod) -> Amounts:
    """What the scheduler and a quota count for one pod.

    The containers together, or the largest init container when that is more; one that
    restarts always runs beside them.
    """
    inits = pod.spec.get("initContainers") or []
    beside = [c for c in inits if c.get("restartPolicy") == "Always"]
    before = [c for c in inits if c.get("restartPolicy") != "Always"]
    total: dict[tuple[str, str], Decimal] = {}
    for side in ("requests", "limits"):
        for resource in RESOURCES:
            running = _sum(
                _of(c, side, resource)
                for c in [*beside, *sidecars(pod), *pod.spec["containers"]]
            )
            first = max((_of(c, side, resource) for c in before), default=Decimal(0))
            total[side, resource] = max(running, first)
    return total


def _sum(numbers: Iterable[Decimal]) -> Decimal:
    return sum(numbers, Decimal(0))


def unbounded(pod: Pod) -> list[str]:
    """Containers without a request or a limit."""
    return [
        f"{pod.title}, container {container['name']}: no {resource} {side}"
        for container in pod.containers()
        for side in ("requests", "limits")
        for resource in RESOURCES
        if not _of(container, side, resource)
    ]


def guaranteed(pod: Pod) -> bool:
    """Whether Kubernetes gives the pod the class Guaranteed."""
    return not unbounded(pod) and all(
        _of(container, "requests", resource) == _of(container, "limits", resource)
        for container in pod.containers()
        for resource in RESOURCES
    )
