"""Services that anybody may reach from outside of the cluster."""

from __future__ import annotations

from ipaddress import ip_network

from tests.manifests.judge.objects import Cluster, title

# RFC 1918 and RFC 4193. Not `is_private`, which is also true of 0.0.0.0/0 in some versions.
PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7")


def exposed(cluster: Cluster) -> list[str]:
    """LoadBalancers and node ports that let in more than private networks."""
    found = []
    for service in cluster.of("Service"):
        spec = service["spec"]
        if spec.get("type") == "NodePort":
            found.append(f"{title(service)} is open at every node")
        if spec.get("type") == "LoadBalancer":
            ranges = spec.get("loadBalancerSourceRanges") or ["everywhere"]
            found += [
                f"{title(service)} is open to {block}"
                for block in ranges
                if not _private(block)
            ]
    return found


def _private(block: str) -> bool:
    try:
        network = ip_network(block)
    except ValueError:
        return False
    # Both ends within one of them: `subnet_of` refuses to compare IPv4 with IPv6.
    return any(
        network[0] in ip_network(one) and network[-1] in ip_network(one)
        for one in PRIVATE
    )
