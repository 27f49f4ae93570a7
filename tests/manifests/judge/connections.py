"""Who speaks to whom in the cluster: all of it; what is not here is denied."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.manifests.judge.mesh import has_sidecar
from tests.manifests.judge.objects import Cluster
from tests.manifests.judge.reachability import End, Policies, Port, ends_of

HOME = "ironclad-demo"
METADATA = "kubernetes.io/metadata.name"

# Ends that are not ours.
DNS = End("dns", "kube-system", {"k8s-app": "kube-dns"})
CONTROLLER = End(
    "ingress-nginx",
    "ingress-nginx",
    {"app.kubernetes.io/name": "ingress-nginx"},
)
NEIGHBOUR = End("a pod elsewhere", "default")
STRANGER = End("a stranger's pod", HOME)
CLIENT = End("a client outside", addresses=("203.0.113.7",))
METADATA_SERVICE = End("the cloud's metadata", addresses=("169.254.169.254",))
API = End("the API server", addresses=("10.96.0.1", "192.168.49.2", "172.31.0.9"))
NODE = End("a node", addresses=("10.0.0.5", "192.168.49.2", "172.31.0.8"))
ISTIOD = End("istiod", "istio-system", {"app": "istiod"})
ADAPTER = End(
    "prometheus-adapter",
    "prometheus-adapter",
    {"app.kubernetes.io/name": "prometheus-adapter"},
)
OUTSIDE = (
    DNS,
    CONTROLLER,
    NEIGHBOUR,
    CLIENT,
    METADATA_SERVICE,
    API,
    NODE,
    ISTIOD,
    ADAPTER,
)

NAMES = (Port(53, "UDP"), Port(53, "TCP"))
# After the Service's translation the server's own port counts, which differs by cluster.
API_PORTS = (Port(443), Port(6443))
MINIKUBE = Port(8443)  # the API server of minikube
NODE_PORTS = (Port(9100), Port(10250))  # its exporter and its kubelet
MESH = (Port(9094, "TCP"), Port(9094, "UDP"))


@dataclass(frozen=True)
class Way:
    source: str
    destination: str
    ports: tuple[Port, ...]


def _way(source: str, destination: str, number: int) -> Way:
    return Way(source, destination, (Port(number),))


BACKUPS = ("backup-full", "backup-differential", "backup-dump", "backup-validation")
BETWEEN = (
    _way("backend", "postgres", 5432),
    _way("backend", "redis", 6379),
    _way("backend", "prometheus", 9090),
    _way("migrate", "postgres", 5432),
    _way("rotate-database-password", "postgres", 5432),
    _way("postgres-replica", "postgres", 5432),
    # Whoever was promoted has the other one and its clients.
    _way("postgres", "postgres-replica", 5432),
    _way("backend", "postgres-replica", 5432),
    _way("migrate", "postgres-replica", 5432),
    _way("rotate-database-password", "postgres-replica", 5432),
    _way("postgres-exporter", "postgres-replica", 5432),
    _way("wal-receiver", "postgres", 5432),
    _way("wal-receiver", "postgres-replica", 5432),
    _way("postgres-exporter", "postgres", 5432),
    _way("prometheus", "backend", 3000),
    _way("prometheus", "postgres-exporter", 9187),
    _way("prometheus", "kube-state-metrics", 8080),
    _way("prometheus", "alertmanager", 9093),
    _way("prometheus", "grafana", 3000),
    _way("grafana", "prometheus", 9090),
    _way("alertmanager", "backend", 3000),
    Way("alertmanager", "alertmanager", MESH),
    _way("traffic", "backend", 3000),
    _way("traffic", "postgres", 5432),
    *(_way(name, "postgres", 5432) for name in BACKUPS),
    *(_way(name, "postgres-replica", 5432) for name in BACKUPS),
    _way("backup-full", "postgres", 8432),
    _way("backup-differential", "postgres", 8432),
)
# They find others by name. PostgreSQL without a replica, Redis and kube-state-metrics open no
# connection by name, so they have no need of it.
ASK_NAMES = (
    "backend",
    "migrate",
    "rotate-database-password",
    "postgres-replica",
    "wal-receiver",
    "postgres-exporter",
    "prometheus",
    "alertmanager",
    "grafana",
    "traffic",
    *BACKUPS,
)
# Backups' object store is somewhere outside, where the overlay has one.
ASK_STORE = ("postgres", "backup-full", "backup-differential", "backup-validation")
ASK_API = ("prometheus", "kube-state-metrics", "rotate-database-password")


def who_asks_names(cluster: Cluster) -> set[str]:
    """Of this cluster's pods; a primary with a replica looks for that before it starts."""
    ends = ends_of(cluster)
    return (ends.keys() & set(ASK_NAMES)) | (
        {"postgres"} if "postgres-replica" in ends else set()
    )


def declared(cluster: Cluster) -> Iterator[tuple[End, End, Port]]:
    """The connections between what this overlay has, and with what is around it."""
    ends = ends_of(cluster)
    for way in BETWEEN:
        if way.source in ends and way.destination in ends:
            for port in way.ports:
                yield ends[way.source], ends[way.destination], port
    yield from ((end, ends["backend"], Port(3000)) for end in OUTSIDE)
    for names, destination, ports in (
        (who_asks_names(cluster), DNS, NAMES),
        (ASK_API, API, _api_ports(cluster)),
        (("prometheus",), NODE, NODE_PORTS),
    ):
        for name in ends.keys() & set(names):
            yield from ((ends[name], destination, port) for port in ports)
    if _has_store(cluster):
        for name in ASK_STORE:
            yield ends[name], CLIENT, Port(443)
            yield from ((ends[name], DNS, port) for port in NAMES)
    if cluster.find("Namespace", ADAPTER.namespace):
        yield ADAPTER, ends["prometheus"], Port(9090)
    in_mesh = (pod.name for pod in cluster.pods() if has_sidecar(pod))
    yield from ((ends[name], ISTIOD, Port(15012)) for name in in_mesh)


def _has_store(cluster: Cluster) -> bool:
    return cluster.find("NetworkPolicy", "backup-to-object-store") is not None


def _api_ports(cluster: Cluster) -> tuple[Port, ...]:
    return (*API_PORTS, MINIKUBE) if cluster.name == "minikube" else API_PORTS


def cut(cluster: Cluster) -> list[str]:
    """Declared connections that a policy cuts, and at which end."""
    policies = Policies(cluster, sure=True)
    found = []
    for source, destination, port in declared(cluster):
        way = f"{source.name} → {destination.name}:{port}"
        if not policies.lets_out(source, destination, port):
            found.append(f"{way}: {source.name} is not let out")
        if not policies.lets_in(source, destination, port):
            found.append(f"{way}: {destination.name} does not let it in")
    return found


def open_beyond(cluster: Cluster) -> list[str]:
    """Connections that nothing declares and no policy denies."""
    policies = Policies(cluster, sure=False)
    ours = list(ends_of(cluster).values())
    known = {(s.name, d.name, port) for s, d, port in declared(cluster)}
    # Where API servers and nodes are is not known beforehand: who speaks to them may speak
    # to their ports anywhere outside.
    known |= {
        (name, end.name, port)
        for names, ports in (
            (ASK_API, (*API_PORTS, MINIKUBE)),
            (("prometheus",), NODE_PORTS),
        )
        for name in names
        for end in OUTSIDE
        for port in ports
    }
    return [
        f"{source.name} → {destination.name}:{port}"
        for source in (*ours, STRANGER, *OUTSIDE)
        for destination in (*ours, STRANGER, *OUTSIDE)
        if {source.namespace, destination.namespace} & {end.namespace for end in ours}
        for port in _tried(ours)
        if (source.name, destination.name, port) not in known
        and policies.connects(source, destination, port)
    ]


def _tried(ours: list[End]) -> list[Port]:
    """Every port that something here opens, and some that nothing does."""
    opened = {port for end in ours for port in end.named_ports.values()}
    others = {Port(n) for n in (1, 22, 80, 443, 5433, 6443, 8443, 10250, 65535)}
    both = opened | others | set(NAMES) | {Port(123, "UDP"), *MESH}
    return sorted(both, key=lambda port: (port.protocol, port.number))
