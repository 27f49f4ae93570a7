"""The StatefulSet's PostgreSQL: who gets in, how, and what may be done there."""

from __future__ import annotations

import os
import subprocess
import time

import psycopg
import pytest

from tests.acceptance.harness.waiting import until
from tests.stack.cluster import manifests
from tests.stack.cluster.postgres import FILES, ClusterPostgres, refused

pytestmark = [pytest.mark.stack, pytest.mark.patient]


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, connect_timeout=5) as connection:
        row = connection.execute(query.encode()).fetchone()
        return row[0] if row else None


@pytest.mark.parametrize("role", ["owner", "app", "exporter"])
def test_each_role_signs_in_and_knows_whom_it_asks(
    postgres: ClusterPostgres, role: str
) -> None:
    query = "SELECT current_user || ' ' || version FROM pg_stat_ssl WHERE pid = pg_backend_pid()"
    assert ask(postgres.url_of(role), query) == f"ironclad_{role} TLSv1.3"


def test_nobody_signs_in_without_tls(postgres: ClusterPostgres) -> None:
    why = refused(postgres.url_of("app", sslmode="disable"))
    assert "no pg_hba.conf entry" in why
    assert "no encryption" in why


def test_nobody_signs_in_with_another_password(postgres: ClusterPostgres) -> None:
    url = postgres.url_of("app")
    password = postgres.secrets["postgres"]["app-password"]
    other = postgres.secrets["postgres"]["exporter-password"]
    assert "password authentication failed" in refused(url.replace(password, other))


def test_a_client_refuses_a_server_of_another_name(postgres: ClusterPostgres) -> None:
    url = postgres.url_of("app").replace("@postgres:", "@redis:")
    assert 'does not match host name "redis"' in refused(url)


def test_the_superuser_has_no_way_in_by_the_network(postgres: ClusterPostgres) -> None:
    password = postgres.secrets["postgres"]["superuser-password"]
    app = postgres.secrets["postgres"]["app-password"]
    url = postgres.url_of("app").replace(f"ironclad_app:{app}", f"postgres:{password}")
    assert "no pg_hba.conf entry" in refused(url)


def test_no_role_reaches_another_database(postgres: ClusterPostgres) -> None:
    url = postgres.url_of("owner").replace("/ironclad?", "/postgres?")
    assert "no pg_hba.conf entry" in refused(url)


def test_the_exporter_sees_what_others_do(postgres: ClusterPostgres) -> None:
    query = "SELECT pg_has_role('pg_monitor', 'USAGE')"
    assert ask(postgres.url_of("exporter"), query) is True


def test_a_replica_can_follow(postgres: ClusterPostgres) -> None:
    app = postgres.secrets["postgres"]["app-password"]
    password = postgres.secrets["postgres"]["replication-password"]
    url = postgres.url_of("app", replication="true")
    url = url.replace(f"ironclad_app:{app}", f"ironclad_replicator:{password}")
    with psycopg.connect(url, autocommit=True) as connection:
        row = connection.execute("IDENTIFY_SYSTEM").fetchone()
    assert row is not None


def test_the_file_of_settings_is_in_force(postgres: ClusterPostgres) -> None:
    wanted = {
        "max_connections": "335",
        "ssl": "on",
        "ssl_min_protocol_version": "TLSv1.3",
        "password_encryption": "scram-sha-256",
        "max_slot_wal_keep_size": "128MB",
        "data_checksums": "on",
        "server_encoding": "UTF8",
    }
    url = postgres.url_of("exporter")  # may read all settings
    found = {name: ask(url, f"SHOW {name}") for name in wanted}
    assert found == wanted


def test_wal_leaves_room_in_the_claim(postgres: ClusterPostgres) -> None:
    query = (
        "SELECT sum(setting::int) FROM pg_settings"
        " WHERE name IN ('max_wal_size', 'max_slot_wal_keep_size')"
    )
    (found,) = manifests.of_kind(manifests.KUBERNETES / "base", "StatefulSet")
    (claim,) = found["spec"]["volumeClaimTemplates"]
    assert claim["spec"]["resources"]["requests"]["storage"] == "1Gi"
    assert int(str(ask(postgres.url_of("owner"), query))) <= 400  # MB


def test_no_password_is_in_the_log(postgres: ClusterPostgres) -> None:
    found = postgres.secrets["postgres"].values()
    assert not [value for value in found if value in postgres.log()]


def test_a_look_of_the_readiness_probe_leaves_no_line(
    postgres: ClusterPostgres,
) -> None:
    before = postgres.log()
    assert postgres.answers()
    assert ask(postgres.url_of("app"), "SELECT 1") == 1  # the log has caught up
    assert postgres.log() == before


def test_a_renewed_certificate_is_served_without_a_restart(
    postgres: ClusterPostgres,
) -> None:
    before = served(postgres)
    alive(postgres)
    made = {t["metadata"]["name"]: t for t in manifests.secrets()}
    renewed = manifests.values(made["postgres-tls"])
    put(postgres, renewed)
    assert served(postgres) == before
    alive(postgres)
    until(lambda: served(postgres) == renewed["tls.crt"], 10, "the new one is served")
    put(postgres, postgres.secrets["postgres-tls"])
    alive(postgres)
    until(lambda: served(postgres) == before, 10, "the first one is served again")


def put(postgres: ClusterPostgres, certificate: dict[str, str]) -> None:
    for key in ("tls.key", "tls.crt"):
        file = postgres.folder / "tls" / key
        file.write_text(certificate[key])
        # Of a second after the last look, as a renewal is.
        later = time.time() + 1
        os.utime(file, (later, later))


def alive(postgres: ClusterPostgres) -> None:
    """The liveness probe."""
    subprocess.run(
        ["bash", FILES / "alive.sh"], **postgres.identity(), check=True, timeout=20
    )


def served(postgres: ClusterPostgres) -> str:
    """The certificate that a new connection is shown."""
    done = subprocess.run(
        f"openssl s_client -starttls postgres -connect 127.0.0.1:{postgres.port}".split(),
        input="",
        capture_output=True,
        text=True,
        check=False,
        timeout=20,
    )
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    middle = done.stdout.split(begin)[1].split(end)[0]
    return f"{begin}{middle}{end}\n"
