"""The service: three replicas that start, share, stop and move without losing a request."""

from __future__ import annotations

import re

import pytest

from tests.manifests.judge.configuration import environment
from tests.manifests.judge.exposure import exposed
from tests.manifests.judge.objects import Cluster, Object, Pod
from tests.manifests.judge.ports import opens

pytestmark = pytest.mark.manifests


@pytest.fixture
def pod(cluster: Cluster) -> Pod:
    return cluster.pod("backend")


@pytest.fixture
def container(pod: Pod) -> Object:
    (one,) = pod.spec["containers"]
    return dict(one)


def test_it_has_three_replicas_and_replaces_one_at_a_time(pod: Pod) -> None:
    assert pod.owner["kind"] == "Deployment"
    assert pod.owner["spec"]["replicas"] == 3
    assert pod.owner["spec"]["strategy"] == {
        "type": "RollingUpdate",
        "rollingUpdate": {"maxUnavailable": 1, "maxSurge": 1},
    }


def test_it_asks_for_a_quarter_of_a_core_and_may_take_half(container: Object) -> None:
    assert container["resources"] == {
        "requests": {"cpu": "250m", "memory": "256Mi"},
        "limits": {"cpu": "500m", "memory": "512Mi"},
    }


def test_it_listens_on_port_3000(pod: Pod) -> None:
    assert opens(pod, 3000)
    assert opens(pod, "http")


def test_its_probes_ask_what_each_is_about(container: Object) -> None:
    asked = {
        kind: container[f"{kind}Probe"]["httpGet"]["path"]
        for kind in ("startup", "readiness", "liveness")
    }
    # A restart mends no database: liveness must not ask for it.
    assert asked == {"startup": "/livez", "readiness": "/readyz", "liveness": "/livez"}


def test_a_slow_start_is_not_a_reason_to_kill_it(container: Object) -> None:
    probe = container["startupProbe"]
    assert probe["failureThreshold"] * probe.get("periodSeconds", 10) >= 60


def test_it_has_time_to_stop(cluster: Cluster, pod: Pod, container: Object) -> None:
    waits = _pause(container["lifecycle"]["preStop"])
    assert waits >= 1
    deadline = float(environment(cluster, container)["IRONCLAD_STOP_DEADLINE"])
    assert pod.spec["terminationGracePeriodSeconds"] >= waits + deadline


def _pause(handler: Object) -> float:
    """Seconds that a preStop handler takes."""
    if "sleep" in handler:
        return float(handler["sleep"]["seconds"])
    found = re.search(r"sleep[ (]+([\d.]+)", " ".join(handler["exec"]["command"]))
    assert found, handler
    return float(found[1])


def test_it_goes_out_of_balance_before_it_refuses(
    cluster: Cluster, container: Object
) -> None:
    variables = environment(cluster, container)
    delay = float(variables["IRONCLAD_DRAIN_DELAY"])
    assert 0 < delay < float(variables["IRONCLAD_STOP_DEADLINE"])


def test_it_is_spread_over_zones_and_nodes(pod: Pod) -> None:
    rules = pod.spec["topologySpreadConstraints"]
    assert {rule["topologyKey"]: rule["maxSkew"] for rule in rules} == {
        "topology.kubernetes.io/zone": 1,
        "kubernetes.io/hostname": 1,
    }
    # A pod of the old version must not hold the place of one of the new.
    assert all("pod-template-hash" in rule["matchLabelKeys"] for rule in rules)


def test_its_pods_keep_off_each_others_nodes(pod: Pod) -> None:
    anti = pod.spec["affinity"]["podAntiAffinity"]
    soft = anti["preferredDuringSchedulingIgnoredDuringExecution"]
    keys = {rule["podAffinityTerm"]["topologyKey"] for rule in soft}
    assert "kubernetes.io/hostname" in keys


def test_it_grows_from_three_to_ten_at_70_percent(cluster: Cluster) -> None:
    spec = cluster.one("HorizontalPodAutoscaler", "backend-hpa")["spec"]
    assert (spec["minReplicas"], spec["maxReplicas"]) == (3, 10)
    cpu = {
        "name": "cpu",
        "target": {"type": "Utilization", "averageUtilization": 70},
    }
    assert {"type": "Resource", "resource": cpu} in spec["metrics"]


def test_it_shrinks_gradually(cluster: Cluster) -> None:
    spec = cluster.one("HorizontalPodAutoscaler", "backend-hpa")["spec"]
    down = spec["behavior"]["scaleDown"]
    assert down["stabilizationWindowSeconds"] >= 300
    assert down["policies"]
    for policy in down["policies"]:
        most = {"Pods": 2, "Percent": 25}[policy["type"]]
        assert policy["value"] <= most
        assert policy["periodSeconds"] >= 60


def test_two_of_it_always_stay(cluster: Cluster) -> None:
    spec = cluster.one("PodDisruptionBudget", "backend-pdb")["spec"]
    assert spec["minAvailable"] == 2
    assert "maxUnavailable" not in spec


def test_one_address_leads_to_all(cluster: Cluster) -> None:
    spec = cluster.one("Service", "backend")["spec"]
    assert spec["type"] == "LoadBalancer"
    assert [port["port"] for port in spec["ports"]] == [3000]


def test_who_passes_the_ingress_by_is_of_a_private_network(cluster: Cluster) -> None:
    """Whoever comes by its own address is believed what X-Forwarded-For says."""
    assert exposed(cluster) == []


def test_people_reach_it_by_tls(cluster: Cluster) -> None:
    (ingress,) = cluster.of("Ingress")
    hosts = {rule["host"] for rule in ingress["spec"]["rules"]}
    (tls,) = ingress["spec"]["tls"]
    assert set(tls["hosts"]) == hosts
    assert tls["secretName"] == "backend-ingress-tls"
    notes = ingress["metadata"]["annotations"]
    assert notes["nginx.ingress.kubernetes.io/force-ssl-redirect"] == "true"


def test_browsers_are_told_to_come_by_tls_for_a_year(cluster: Cluster) -> None:
    """The pages say so themselves (a profile other than builtin), the edge for the rest."""
    (ingress,) = cluster.of("Ingress")
    notes = ingress["metadata"]["annotations"]
    assert notes["nginx.org/hsts"] == "true"
    assert int(notes["nginx.org/hsts-max-age"]) >= 31_536_000


def test_it_takes_requests_for_its_host_and_from_one_proxy(
    cluster: Cluster, container: Object
) -> None:
    (ingress,) = cluster.of("Ingress")
    variables = environment(cluster, container)
    allowed = set(variables["ALLOWED_HOSTS"].split(","))
    assert {rule["host"] for rule in ingress["spec"]["rules"]} | {"backend"} <= allowed
    assert "*" not in allowed
    assert variables["IRONCLAD_TRUSTED_PROXIES"] == "1"


def test_links_lead_to_where_people_reach_it(
    cluster: Cluster, container: Object
) -> None:
    (ingress,) = cluster.of("Ingress")
    (rule,) = ingress["spec"]["rules"]
    assert environment(cluster, container)["IRONCLAD_URL"] == f"https://{rule['host']}"
