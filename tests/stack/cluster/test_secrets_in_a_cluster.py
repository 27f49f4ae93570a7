"""secrets.sh beside what is there already."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stack.cluster.fake_kubectl import FakeCluster
from tests.stack.cluster.manifests import values

pytestmark = [pytest.mark.stack, pytest.mark.patient]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> FakeCluster:
    made = FakeCluster(tmp_path_factory.mktemp("fake"))
    done = made.run()
    assert done.returncode == 0, done.stderr
    return made


def test_it_makes_the_restricted_namespace_and_all_secrets(
    cluster: FakeCluster,
) -> None:
    assert len(cluster.secrets()) == 14
    namespace = (cluster.folder / "namespace-ironclad-demo.yaml").read_text()
    assert "pod-security.kubernetes.io/enforce: restricted" in namespace


def test_another_run_makes_only_what_is_missing_of_what_is_there(
    cluster: FakeCluster,
) -> None:
    before = cluster.secrets()
    cluster.forget("database-owner")
    done = cluster.run()
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("is there already") == 13
    # The address has the password that the database was made with.
    assert cluster.secrets() == before


def test_it_tells_that_a_rotation_has_retired_the_role_of_a_lost_address(
    cluster: FakeCluster,
) -> None:
    told = "ironclad_app, which signs in no more after a rotation"
    before = cluster.secrets()
    assert told not in cluster.run().stderr
    cluster.forget("database-app")
    assert told in cluster.run().stderr
    assert cluster.secrets() == before


def test_it_does_not_tell_that_of_a_new_database(tmp_path: Path) -> None:
    assert "!" not in FakeCluster(tmp_path).run().stderr


def test_no_value_is_on_a_command_line_or_printed(cluster: FakeCluster) -> None:
    done = cluster.run("--without-certificates")
    told = cluster.calls + done.stdout + done.stderr
    secret = [v for one in cluster.secrets().values() for v in values(one).values()]
    assert len(secret) == 30
    assert "create secret generic postgres" in told
    assert not [value for value in secret if value in told]


def test_a_cluster_that_does_not_answer_is_not_an_empty_one(tmp_path: Path) -> None:
    cluster = FakeCluster(tmp_path)
    (cluster.folder / "away").touch()
    assert cluster.run().returncode == 1
    assert cluster.secrets() == {}
