"""When a Deployment's rollout is over, by the object that the API gives."""

from __future__ import annotations

from typing import Any

import pytest

from ironclad.rotation.cluster import rollout


def deployment(**status: int) -> dict[str, Any]:
    counts = {"updatedReplicas": 3, "replicas": 3, "availableReplicas": 3}
    return {
        "metadata": {"generation": 7},
        "spec": {"replicas": 3},
        "status": {"observedGeneration": 7} | counts | status,
    }


def test_it_is_over_when_all_pods_are_new_and_available() -> None:
    assert rollout(deployment()).done


@pytest.mark.parametrize(
    ("count", "value"),
    [
        ("observedGeneration", 6),  # the controller has not seen the change
        ("updatedReplicas", 2),
        ("replicas", 4),  # an old one is still there
        ("availableReplicas", 2),
    ],
)
def test_it_is_not_over(count: str, value: int) -> None:
    seen = rollout(deployment(**{count: value}))
    assert not seen.done
    assert not seen.stuck


def test_a_condition_of_the_rollout_before_says_nothing() -> None:
    found = deployment(observedGeneration=6)
    found["status"]["conditions"] = [{"reason": "ProgressDeadlineExceeded"}]
    assert not rollout(found).stuck


def test_a_deployment_without_a_status_is_not_over() -> None:
    found = deployment()
    del found["status"]
    assert not rollout(found).done
