from __future__ import annotations

import pytest

from tests.manifests.broken.examples import container, deployment, pod_spec
from tests.manifests.judge.objects import Object, Pod, template_of
from tests.manifests.judge.restricted import breaches, laxities

LOCKED = container()["securityContext"]


def _pod(spec: Object) -> Pod:
    owner = deployment(pod=spec)
    return Pod(owner, template_of(owner))


def test_a_pod_that_is_locked_down_passes() -> None:
    assert breaches(_pod(pod_spec())) == []
    assert laxities(_pod(pod_spec())) == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"hostNetwork": True}, "hostNetwork"),
        ({"hostPID": True}, "hostPID"),
        ({"hostIPC": True}, "hostIPC"),
        ({"volumes": [{"name": "x", "hostPath": {"path": "/"}}]}, "is a hostPath"),
        ({"securityContext": {}}, "runAsNonRoot"),
        ({"initContainers": [{"name": "i", "image": "x:1.0"}]}, "i: "),
    ],
)
def test_a_breach_of_the_pod_is_found(change: Object, what: str) -> None:
    assert any(what in problem for problem in breaches(_pod(pod_spec(**change))))


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"privileged": True}, "privileged"),
        ({"allowPrivilegeEscalation": True}, "allowPrivilegeEscalation"),
        ({"allowPrivilegeEscalation": None}, "allowPrivilegeEscalation"),
        ({"runAsNonRoot": False}, "runAsNonRoot"),
        ({"runAsUser": 0}, "runAsUser 0"),
        ({"seccompProfile": {"type": "Unconfined"}}, "seccompProfile"),
        ({"capabilities": {"drop": ["NET_RAW"]}}, "capabilities"),
        ({"capabilities": {"drop": ["ALL"], "add": ["SYS_ADMIN"]}}, "SYS_ADMIN"),
        ({"procMount": "Unmasked"}, "procMount"),
        ({"seLinuxOptions": {"role": "x"}}, "seLinuxOptions"),
        ({"appArmorProfile": {"type": "Unconfined"}}, "appArmorProfile"),
        ({"windowsOptions": {"hostProcess": True}}, "host process"),
    ],
)
def test_a_breach_of_a_container_is_found(change: Object, what: str) -> None:
    one = container(securityContext={**LOCKED, **change})
    (problem,) = breaches(_pod(pod_spec(one)))
    assert what in problem


def test_a_port_of_the_node_and_an_unsafe_sysctl_are_found() -> None:
    one = container(ports=[{"containerPort": 80, "hostPort": 80}])
    assert "hostPort 80" in breaches(_pod(pod_spec(one)))[0]
    spec = pod_spec()
    spec["securityContext"]["sysctls"] = [{"name": "kernel.msgmax", "value": "1"}]
    assert "sysctl kernel.msgmax" in breaches(_pod(spec))[0]


def test_what_restricted_permits_and_we_do_not_is_found() -> None:
    lax = {**LOCKED, "readOnlyRootFilesystem": False}
    assert (
        "can be written" in laxities(_pod(pod_spec(container(securityContext=lax))))[0]
    )
    spec = pod_spec()
    del spec["securityContext"]["runAsUser"]
    assert "the image's choice" in laxities(_pod(spec))[0]
