"""Secrets are referred to, never written down; each is made, whole and for someone."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.manifests.judge import paths, references, secrets
from tests.manifests.judge.literals import written_out
from tests.manifests.judge.objects import Cluster, name_of
from tests.manifests.judge.references import of_pod
from tests.manifests.judge.rendering import (
    KUBERNETES,
    made_secrets,
    overlays,
    render,
)

pytestmark = pytest.mark.manifests
ByHand = dict[str, dict[str, str]]
# Of `backend`, Prometheus and Alertmanager see one key each.
ONE_KEY = {"prometheus": "METRICS_TOKEN", "alertmanager": "ALERTMANAGER_TOKEN"}
SERVERS = {"postgres", "postgres-replica", "redis"}
# They show one of their own to the server beside the database.
CLIENTS = {("backup-full", "backup-tls"), ("backup-differential", "backup-tls")}
ONE, BOTH = "postgres:5432", "postgres:5432,postgres-replica:5432"


@pytest.fixture
def first(kubectl: None) -> Cluster:
    """What is fetched before an overlay is applied."""
    return render(KUBERNETES / "components/external-secrets/first")


def test_no_secret_is_written_out(cluster: Cluster) -> None:
    assert written_out(cluster) == []


def test_everything_that_is_referred_to_is_there(
    cluster: Cluster, first: Cluster, by_hand: ByHand
) -> None:
    """Where Secrets are fetched, nobody makes them by hand."""
    fetches = cluster.of("ExternalSecret")
    beforehand = secrets.fetched(first) if fetches else by_hand
    there = secrets.all_of(cluster, beforehand)
    assert references.missing(cluster, there) == []


def test_every_file_of_a_secret_is_where_it_is_read(
    cluster: Cluster, by_hand: ByHand
) -> None:
    """A certificate or password that a server looks for elsewhere keeps it from starting."""
    assert paths.astray(cluster, by_hand) == []


def test_every_key_that_is_made_is_used(by_hand: ByHand) -> None:
    clusters = [render(folder) for folder in overlays().values()]
    used = {
        (reference.name, reference.key)
        for cluster in clusters
        for pod in cluster.pods()
        for reference in of_pod(pod)
        if reference.kind == "Secret"
    }
    made = {(name, key) for name, data in by_hand.items() for key in data}
    made = {m for m in made if not m[0].endswith("-tls")}  # always the same three keys
    assert {m for m in made if m not in used and (m[0], None) not in used} == set()


@pytest.mark.parametrize(
    "name", ["database-app", "database-owner", "database-exporter", "database-backup"]
)
@pytest.mark.parametrize("hosts", [ONE, BOTH])
def test_every_client_of_postgresql_checks_who_answers(hosts: str, name: str) -> None:
    address = urlsplit(made_secrets(hosts)[name]["url"])
    # The exporter's driver knows one host.
    wanted = hosts if name != "database-exporter" else "postgres:5432"
    assert address.netloc.rpartition("@")[2] == wanted
    assert address.path == "/ironclad"
    asked = parse_qs(address.query)
    assert asked["sslmode"] == ["verify-full"]
    assert asked["sslrootcert"] == ["/run/secrets/database/ca.crt"]
    several = ["read-write"] if "," in wanted else None
    assert asked.get("target_session_attrs") == several


def test_what_is_fetched_makes_the_same_addresses(cluster: Cluster) -> None:
    """But for the password; so clients check who answers there, too."""
    made_by_hand = made_secrets(BOTH if cluster.has("postgres-replica") else ONE)
    for fetch in cluster.of("ExternalSecret"):
        made = (fetch["spec"]["target"].get("template") or {}).get("data") or {}
        if url := made.get("url"):
            name = name_of(fetch)
            wanted = made_by_hand[name]["url"]
            assert _without_password(url) == _without_password(wanted)


def _without_password(url: str) -> str:
    return re.sub(r"(//[^:/]*):[^@]*@", r"\1@", url)


def test_every_server_is_certified_for_the_name_it_is_called_by(
    cluster: Cluster, by_hand: ByHand
) -> None:
    certified = {
        issued["spec"]["secretName"]: set(issued["spec"]["dnsNames"])
        for issued in cluster.of("Certificate")
        if not issued["spec"].get("isCA")
    }
    if not certified:
        return
    urls = [data["url"] for data in by_hand.values() if "url" in data]
    for host in {urlsplit(url).hostname for url in urls} | {"postgres-replica"}:
        name = "redis-tls" if host == "redis" else "postgres-tls"
        assert host in certified[name]
    (ingress,) = cluster.of("Ingress")
    for tls in ingress["spec"]["tls"]:
        assert set(tls["hosts"]) <= certified[tls["secretName"]]


def test_every_value_is_long_and_drawn_anew(by_hand: ByHand) -> None:
    keys = ("SECRET_KEY", "METRICS_TOKEN", "ALERTMANAGER_TOKEN")
    values = [by_hand["backend"][key] for key in keys]
    values += [by_hand["audit"]["AUDIT_KEY"], *by_hand["postgres"].values()]
    assert min(len(value) for value in values) >= 24
    assert len(set(values)) == len(values)


def test_whoever_reads_one_token_does_not_see_the_others(cluster: Cluster) -> None:
    for name, key in ONE_KEY.items():
        if cluster.has(name):
            seen = {r.key for r in of_pod(cluster.pod(name)) if r.name == "backend"}
            assert seen == {key}


def test_nobody_who_owns_the_database_has_the_key_of_its_audit_log(
    cluster: Cluster,
) -> None:
    """With both, entries could be made up that verify."""
    seen = {
        pod.name: {reference.name for reference in of_pod(pod)}
        for pod in cluster.pods()
    }
    assert "audit" in seen["backend"]
    both = {
        name for name, named in seen.items() if {"audit", "database-owner"} <= named
    }
    assert both == set()


def test_only_a_server_has_its_private_key(cluster: Cluster) -> None:
    others = {
        (pod.name, reference.name, reference.key)
        for pod in cluster.pods()
        for reference in of_pod(pod)
        if reference.name.endswith("-tls")
        and reference.key != "ca.crt"
        and pod.name not in SERVERS
        and (pod.name, reference.name) not in CLIENTS
    }
    assert others == set()


def test_a_secret_s_file_is_for_its_group_alone(cluster: Cluster) -> None:
    """PostgreSQL does not start with a key that everybody may read."""
    wide = {
        (pod.name, volume["name"])
        for pod in cluster.pods()
        for volume in pod.spec.get("volumes") or []
        if (source := volume.get("secret"))
        and {item["key"] for item in source.get("items") or [{"key": ""}]} != {"ca.crt"}
        and source.get("defaultMode", 0o644) & 0o007
    }
    assert wide == set()


def test_the_owner_role_is_for_migrations_and_rotation(cluster: Cluster) -> None:
    owners = {
        pod.name
        for pod in cluster.pods()
        for reference in of_pod(pod)
        if reference.name == "database-owner"
    }
    assert owners <= {"migrate", "rotate-database-password"}


def test_production_fetches_all_that_is_made_by_hand_elsewhere(
    prod: Cluster, first: Cluster, by_hand: ByHand
) -> None:
    issued = secrets.issued(prod)
    wanted = {name: set(keys) for name, keys in by_hand.items() if name not in issued}
    assert secrets.fetched(prod) | secrets.fetched(first) == wanted


def test_a_rotated_password_is_not_fetched_away_again(
    prod: Cluster, first: Cluster
) -> None:
    """It is fetched before anything runs, by hand; from then on the rotation writes it."""
    assert prod.has("rotate-database-password")
    assert set(secrets.fetched(first)) == {"database-app"}
    assert "database-app" not in secrets.fetched(prod)
