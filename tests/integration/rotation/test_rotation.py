"""A whole rotation against a real PostgreSQL and an API server as a cluster has one."""

from __future__ import annotations

import base64

import psycopg
import pytest

from ironclad.rotation import roles
from ironclad.rotation.address import password_of, role_of
from ironclad.rotation.failure import RotationStopped
from tests.integration.rotation.cluster import REPLICAS, SECRET, Cluster
from tests.integration.rotation.conftest import Rotate, owner
from tests.integration.rotation.database import APP, Database, signs_in
from tests.integration.rotation.manifests import manifest, paths


def test_the_service_ends_up_on_the_new_password_and_the_old_one_is_gone(
    cluster: Cluster, rotate: Rotate, first_url: str
) -> None:
    rotate()
    assert role_of(cluster.url) == f"{APP}_a"
    assert cluster.held == [cluster.url] * REPLICAS
    assert signs_in(cluster.url)
    assert not signs_in(first_url)


def test_the_two_roles_take_turns(cluster: Cluster, rotate: Rotate) -> None:
    urls = []
    for _ in range(3):
        rotate()
        urls.append(cluster.url)
    assert [role_of(url) for url in urls] == [f"{APP}_a", f"{APP}_b", f"{APP}_a"]
    assert [signs_in(url) for url in urls] == [False, False, True]


def test_the_old_password_is_good_until_nobody_is_signed_in_with_it(
    cluster: Cluster, rotate: Rotate, first_url: str
) -> None:
    seen: list[bool] = []

    def look(when: str, _number: int) -> bool:
        if when == "before" and first_url in cluster.held:
            seen.append(signs_in(first_url))
        return False

    cluster.cut = look
    rotate()
    assert len(seen) > REPLICAS
    assert all(seen)


def test_it_asks_for_all_that_its_role_allows_and_for_nothing_else(
    cluster: Cluster, rotate: Rotate
) -> None:
    rotate()
    allowed = {
        f"{verb.upper()} {path}"
        for rule in manifest("role")["rules"]
        for path in paths(rule)
        for verb in rule["verbs"]
    }
    assert set(cluster.asked) == allowed


def test_the_new_role_serves_and_rewrites_nothing(
    cluster: Cluster, rotate: Rotate
) -> None:
    rotate()
    refused = [
        "UPDATE audit_entry SET actor = 'mallory'",
        "DELETE FROM audit_entry",
        "TRUNCATE audit_entry",
        "ALTER TABLE users ADD COLUMN more int",
        "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
        "DROP TABLE users",
        "CREATE TABLE mine (id int)",
        "CREATE ROLE mine",
        "DELETE FROM django_migrations",
    ]
    with psycopg.connect(cluster.url, autocommit=True) as connection:
        connection.execute(
            "INSERT INTO users (name, email) VALUES ('A', 'a@example.com')"
        )
        connection.execute("DELETE FROM users WHERE email = 'a@example.com'")
        for statement in refused:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement.encode())


def test_no_log_of_the_server_and_no_line_of_ours_has_the_password(
    cluster: Cluster, rotate: Rotate, server: Database
) -> None:
    said = rotate()
    log = (server.postgres.log / "start.log").read_text()
    assert f'ALTER ROLE "{APP}" NOLOGIN' in log  # statements are logged
    for text in (log, *said):
        assert password_of(cluster.url) not in text


def test_a_second_run_at_once_is_refused(
    server: Database, rotate: Rotate, cluster: Cluster, first_url: str
) -> None:
    with owner(server) as other:
        assert roles.locked(other)
        with pytest.raises(RotationStopped, match="under way"):
            rotate()
    assert cluster.url == first_url
    rotate()


def test_it_refuses_an_address_of_a_role_that_is_not_the_applications(
    server: Database, cluster: Cluster, rotate: Rotate
) -> None:
    url = base64.b64encode(server.owner_url.encode()).decode()
    cluster.objects[SECRET]["data"]["url"] = url
    with pytest.raises(RotationStopped, match="none of ironclad_app, "):
        rotate()


def test_it_leaves_a_role_alone_that_somebody_is_signed_in_as(
    server: Database, cluster: Cluster, rotate: Rotate, first_url: str
) -> None:
    with owner(server) as connection:
        roles.login_give(connection, f"{APP}_a", "by-hand", member_of=APP)
    by_hand = server.url(f"{APP}_a", "by-hand")
    with psycopg.connect(by_hand), pytest.raises(RotationStopped, match="signed in"):
        rotate()
    assert signs_in(by_hand)
    assert cluster.url == first_url


def test_it_publishes_nothing_that_cannot_serve(
    server: Database, cluster: Cluster, rotate: Rotate, first_url: str
) -> None:
    with server.postgres.connect("ironclad") as connection:
        connection.execute(f"REVOKE INSERT ON users FROM {APP}")
    try:
        with pytest.raises(RotationStopped, match="no grants"):
            rotate()
    finally:
        server.setup().manage("database_roles")
    assert cluster.url == first_url
