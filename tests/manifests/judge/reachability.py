"""Whether NetworkPolicies let one end of a connection reach the other.

Both ends are asked: the policies that select the source for egress, those that select the
destination for ingress. An end that no policy selects lets everything through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import Literal

from tests.manifests.judge.objects import Cluster, Object, labels_of, namespace_of
from tests.manifests.judge.selectors import selects

Protocol = Literal["TCP", "UDP"]

# Clusters differ in where their pods live. What is needed must hold for all of these
# ranges; what is denied, for each of them.
POD_ADDRESSES = ("10.244.1.7", "172.20.3.9", "192.168.40.2", "100.64.5.5")


@dataclass(frozen=True)
class Port:
    number: int
    protocol: Protocol = "TCP"

    def __str__(self) -> str:
        return f"{self.number}/{self.protocol}"


@dataclass(frozen=True)
class End:
    """One side of a connection: a pod, or with no namespace an address outside."""

    name: str
    namespace: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    addresses: tuple[str, ...] = POD_ADDRESSES
    named_ports: Mapping[str, Port] = field(default_factory=dict)

    @property
    def is_pod(self) -> bool:
        return bool(self.namespace)


def ends_of(cluster: Cluster) -> dict[str, End]:
    """The pods of the cluster by the names of their workloads.

    Not those in their node's network: policies see a node there, and none select it.
    """
    return {
        pod.name: End(
            pod.name,
            pod.namespace,
            pod.labels,
            named_ports={
                str(port["name"]): Port(
                    port["containerPort"], port.get("protocol", "TCP")
                )
                for port in pod.ports()
                if "name" in port
            },
        )
        for pod in cluster.pods()
        if not pod.spec.get("hostNetwork")
    }


class Policies:
    """The policies of a cluster.

    `sure`: an address block counts only when it holds whichever range the pods have (for
    what is needed); else as soon as it holds for one (for what must be denied).
    """

    def __init__(self, cluster: Cluster, *, sure: bool) -> None:
        self._all = cluster.of("NetworkPolicy")
        self._sure = sure
        self._namespaces = {
            thing["metadata"]["name"]: labels_of(thing)
            for thing in cluster.of("Namespace")
        }

    def connects(self, source: End, destination: End, port: Port) -> bool:
        return self.lets_out(source, destination, port) and self.lets_in(
            source, destination, port
        )

    def lets_out(self, source: End, destination: End, port: Port) -> bool:
        return self._permits("Egress", source, destination, destination, port)

    def lets_in(self, source: End, destination: End, port: Port) -> bool:
        return self._permits("Ingress", destination, source, destination, port)

    def _permits(
        self, way: str, this: End, other: End, destination: End, port: Port
    ) -> bool:
        mine = [policy for policy in self._all if _applies(policy, way, this)]
        if not mine:
            return True
        rules, peers = ("egress", "to") if way == "Egress" else ("ingress", "from")
        return any(
            self._peer(rule.get(peers) or [], namespace_of(policy), other)
            and _port(rule.get("ports") or [], destination, port)
            for policy in mine
            for rule in policy["spec"].get(rules) or []
        )

    def _peer(self, peers: list[Object], home: str, other: End) -> bool:
        return not peers or any(self._is(peer, home, other) for peer in peers)

    def _is(self, peer: Object, home: str, other: End) -> bool:
        if "ipBlock" in peer:
            inside = (_inside(peer["ipBlock"], one) for one in other.addresses)
            return all(inside) if self._sure else any(inside)
        if not other.is_pod:
            return False
        if "namespaceSelector" in peer:
            labels = self._namespace(other.namespace)
            if not selects(peer["namespaceSelector"], labels):
                return False
        elif other.namespace != home:
            return False
        return selects(peer.get("podSelector") or {}, other.labels)

    def _namespace(self, name: str) -> dict[str, str]:
        # Every namespace carries its name as a label, set by the API server.
        return {**self._namespaces.get(name, {}), "kubernetes.io/metadata.name": name}


def _applies(policy: Object, way: str, end: End) -> bool:
    spec = policy["spec"]
    implied = ["Ingress", "Egress"] if "egress" in spec else ["Ingress"]
    return (
        end.is_pod
        and namespace_of(policy) == end.namespace
        and way in (spec.get("policyTypes") or implied)
        and selects(spec["podSelector"], end.labels)
    )


def _inside(block: Object, address: str) -> bool:
    one = ip_address(address)
    return one in ip_network(block["cidr"]) and not any(
        one in ip_network(hole) for hole in block.get("except") or []
    )


def _port(allowed: Iterable[Object], destination: End, port: Port) -> bool:
    allowed = list(allowed)
    return not allowed or any(_same(rule, destination, port) for rule in allowed)


def _same(rule: Object, destination: End, port: Port) -> bool:
    if rule.get("protocol", "TCP") != port.protocol:
        return False
    if "port" not in rule:
        return True
    if isinstance(rule["port"], str):
        return destination.named_ports.get(rule["port"]) == port
    last = rule.get("endPort") or rule["port"]
    return bool(rule["port"] <= port.number <= last)
