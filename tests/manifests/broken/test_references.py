from __future__ import annotations

import pytest

from tests.manifests.broken.examples import (
    cluster,
    container,
    deployment,
    pod_spec,
    thing,
)
from tests.manifests.judge.objects import Cluster, Object
from tests.manifests.judge.references import missing

ACCOUNT = thing("ServiceAccount", "backend")
CONFIG = thing("ConfigMap", "backend", data={"PORT": "3000"})
SECRETS = {"backend": {"SECRET_KEY", "METRICS_TOKEN"}}


def _with(*others: Object, **parts: object) -> Cluster:
    """A pod with more parts, of the pod or (`env`, `envFrom`, mounts) of its container."""
    inside = ("env", "envFrom", "volumeMounts")
    one = container(**{key: value for key, value in parts.items() if key in inside})
    rest = {key: value for key, value in parts.items() if key not in inside}
    return cluster(ACCOUNT, CONFIG, *others, deployment(pod=pod_spec(one, **rest)))


def _secret(name: str, key: str, **more: object) -> Object:
    reference = {"name": name, "key": key, **more}
    return {"name": "ONE", "valueFrom": {"secretKeyRef": reference}}


def _volume(**source: object) -> dict[str, object]:
    mounts = [{"name": "it", "mountPath": "/it"}]
    return {"volumes": [{"name": "it", **source}], "volumeMounts": mounts}


ITEMS = [{"key": "SECRET_KEY", "path": "x"}]


@pytest.mark.parametrize(
    "parts",
    [
        {"env": [_secret("backend", "SECRET_KEY")]},
        {"env": [_secret("nowhere", "x", optional=True)]},
        {"envFrom": [{"configMapRef": {"name": "backend"}}]},
        _volume(secret={"secretName": "backend", "items": ITEMS}),
        _volume(configMap={"name": "backend"}),
    ],
)
def test_references_that_lead_somewhere_pass(parts: dict[str, object]) -> None:
    assert missing(_with(**parts), SECRETS) == []


@pytest.mark.parametrize(
    ("parts", "what"),
    [
        ({"env": [_secret("backent", "SECRET_KEY")]}, "Secret/backent"),
        ({"env": [_secret("backend", "SECRET")]}, "no key SECRET"),
        ({"envFrom": [{"configMapRef": {"name": "none"}}]}, "ConfigMap/none"),
        ({"envFrom": [{"secretRef": {"name": "none"}}]}, "Secret/none"),
        (_volume(secret={"secretName": "none"}), "Secret/none"),
        (
            _volume(
                configMap={"name": "backend", "items": [{"key": "HOST", "path": "x"}]}
            ),
            "no key HOST",
        ),
        (
            _volume(projected={"sources": [{"secret": {"name": "none"}}]}),
            "Secret/none",
        ),
        (_volume(persistentVolumeClaim={"claimName": "data"}), "VolumeClaim/data"),
        ({"serviceAccountName": "other"}, "ServiceAccount/other"),
        ({"priorityClassName": "highest"}, "PriorityClass/highest"),
        ({"imagePullSecrets": [{"name": "registry"}]}, "Secret/registry"),
        ({"volumes": [{"name": "idle", "emptyDir": {}}]}, "idle that nothing mounts"),
        (
            {"volumeMounts": [{"name": "none", "mountPath": "/"}]},
            "no volume named none",
        ),
    ],
)
def test_a_reference_to_nothing_is_found(parts: dict[str, object], what: str) -> None:
    (found,) = missing(_with(**parts), SECRETS)
    assert what in found


def test_an_object_of_another_namespace_is_not_there() -> None:
    away = thing("ServiceAccount", "other")
    away["metadata"]["namespace"] = "elsewhere"
    assert missing(_with(away, serviceAccountName="other"), SECRETS)


def _binding(role: str, subject: str) -> Object:
    return thing(
        "RoleBinding",
        "one",
        roleRef={"kind": "Role", "name": role},
        subjects=[{"kind": "ServiceAccount", "name": subject}],
    )


def _target(name: str) -> Object:
    target = {"scaleTargetRef": {"kind": "Deployment", "name": name}}
    return thing("HorizontalPodAutoscaler", "hpa", spec=target)


def _tls(name: str) -> Object:
    return thing("Ingress", "one", spec={"tls": [{"secretName": name}]})


@pytest.mark.parametrize(
    ("one", "what"),
    [
        (_binding("none", "backend"), "Role/none"),
        (_binding("there", "none"), "ServiceAccount/none"),
        (_target("none"), "Deployment/none"),
        (_tls("none"), "Secret/none"),
        (thing("StatefulSet", "one", spec={"serviceName": "none"}), "Service/none"),
    ],
)
def test_what_an_object_needs_is_looked_for(one: Object, what: str) -> None:
    role = thing("Role", "there")
    without_pods = cluster(ACCOUNT, role, *_with().of("Deployment"))
    if one["kind"] == "StatefulSet":
        one["spec"]["template"] = {"spec": pod_spec()}
    more = Cluster("example", (*without_pods.objects, one))
    (found,) = missing(more, SECRETS)
    assert what in found


def test_what_an_object_needs_and_has_passes() -> None:
    role = thing("Role", "there")
    others = (role, _binding("there", "backend"), _target("backend"), _tls("backend"))
    assert missing(_with(*others), SECRETS) == []
