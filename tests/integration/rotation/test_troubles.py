"""What a cluster may do to a rotation. Whatever it is, nobody is locked out."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from ironclad.rotation.address import role_of
from ironclad.rotation.api import Api
from ironclad.rotation.failure import RotationStopped
from tests.integration.rotation import certificate
from tests.integration.rotation.cluster import DEPLOYMENT, REPLICAS, SECRET, Cluster
from tests.integration.rotation.conftest import Rotate
from tests.integration.rotation.database import APP, signs_in


def test_pods_that_do_not_come_up_leave_both_passwords_valid(
    cluster: Cluster, rotate: Rotate, first_url: str
) -> None:
    cluster.stalls = True
    with pytest.raises(RotationStopped, match="do not become ready"):
        rotate()
    assert signs_in(first_url)
    assert signs_in(cluster.url)
    assert cluster.held == [first_url] * REPLICAS


def test_a_paused_deployment_is_told_at_once(cluster: Cluster, rotate: Rotate) -> None:
    cluster.objects[DEPLOYMENT]["spec"]["paused"] = True
    with pytest.raises(RotationStopped, match="paused"):
        rotate()


def test_pods_that_started_with_the_old_secret_keep_their_password(
    cluster: Cluster, rotate: Rotate, first_url: str
) -> None:
    cluster.stale = 1
    with pytest.raises(RotationStopped, match="still signed in as before"):
        rotate(patience=0.5)
    assert signs_in(first_url)
    rotate()
    assert cluster.held == [cluster.url] * REPLICAS
    assert role_of(cluster.url) == f"{APP}_a"
    assert not signs_in(first_url)


@pytest.mark.parametrize("status", [429, 500, 503])
def test_an_api_that_fails_while_it_waits_is_asked_again(
    cluster: Cluster, rotate: Rotate, status: int
) -> None:
    cluster.answers = {4: status, 5: status}
    rotate()
    assert cluster.held == [cluster.url] * REPLICAS


def test_an_api_that_stays_away_is_told(cluster: Cluster, rotate: Rotate) -> None:
    cluster.answers = dict.fromkeys(range(4, 10_000), 503)
    with pytest.raises(RotationStopped, match=r"status 503.*Both passwords stay valid"):
        rotate(patience=0.3)


def test_a_secret_that_somebody_else_wrote_meanwhile_is_not_overwritten(
    cluster: Cluster, rotate: Rotate, first_url: str
) -> None:
    def meddle(when: str, number: int) -> bool:
        if (when, number) == ("before", 2):
            cluster.objects[SECRET]["metadata"]["resourceVersion"] = "99"
        return False

    cluster.cut = meddle
    with pytest.raises(RotationStopped, match="changed it meanwhile"):
        rotate()
    assert cluster.url == first_url
    assert signs_in(first_url)


@pytest.mark.parametrize(
    ("status", "told"), [(401, "not accepted"), (403, "see its Role"), (404, "no such")]
)
def test_a_refusal_is_told_in_words_and_never_its_body(
    cluster: Cluster, rotate: Rotate, status: int, told: str
) -> None:
    cluster.answers = {1: status}
    with pytest.raises(RotationStopped, match=told) as caught:
        rotate()
    assert "first-password" not in str(caught.value)


def test_a_secret_without_an_address_is_told(cluster: Cluster, rotate: Rotate) -> None:
    cluster.objects[SECRET]["data"] = {"other": base64.b64encode(b"x").decode()}
    with pytest.raises(RotationStopped, match="no readable key 'url'"):
        rotate()


def test_a_server_of_another_authority_gets_no_token(
    cluster: Cluster, rotate: Rotate
) -> None:
    certificate.write(cluster.account)  # the server keeps the one that it has loaded
    with pytest.raises(RotationStopped, match="cannot be reached"):
        rotate()
    assert cluster.asked == []


def test_outside_a_cluster_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RotationStopped, match="--url-file"):
        Api.of_pod({}, tmp_path)


def test_pods_that_have_no_session_just_now_are_restarted_all_the_same(
    cluster: Cluster, rotate: Rotate
) -> None:
    cluster.answers = {3: 403}  # published, and then the restart is refused
    with pytest.raises(RotationStopped, match="see its Role"):
        rotate()
    for pod in cluster.pods:
        pod.close()
    rotate()
    assert cluster.held == [cluster.url] * REPLICAS
