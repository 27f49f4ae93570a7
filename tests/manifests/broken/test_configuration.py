from __future__ import annotations

import pytest

from tests.manifests.broken.examples import (
    cluster,
    container,
    deployment,
    pod_spec,
    thing,
)
from tests.manifests.judge.configuration import (
    SECRET,
    environment,
    generated,
    setting,
)
from tests.manifests.judge.objects import Pod, template_of

CONFIG = thing("ConfigMap", "c", data={"PORT": "3000", "HOST": "a"})


def test_the_environment_is_read_out_of_config_maps() -> None:
    one = container(
        envFrom=[{"configMapRef": {"name": "c"}}],
        env=[
            {"name": "HOST", "value": "b"},
            {
                "name": "P",
                "valueFrom": {"configMapKeyRef": {"name": "c", "key": "PORT"}},
            },
            {"name": "S", "valueFrom": {"secretKeyRef": {"name": "s", "key": "k"}}},
        ],
    )
    assert environment(cluster(CONFIG), one) == {
        "PORT": "3000",
        "HOST": "b",  # what a container says itself wins
        "P": "3000",
        "S": SECRET,
    }


@pytest.mark.parametrize(
    ("text", "args", "value"),
    [
        ("ssl = on", [], "on"),
        ("ssl = 'on' # yes", [], "on"),
        ("ssl = off", ["-c", "ssl=on"], "on"),
        ("ssl = off", ["-cssl=on"], "on"),
        ("ssl_min = 1", [], None),
        ("#ssl = on", [], None),
        ("ssl on", [], "on"),
    ],
)
def test_a_server_s_setting_is_found(
    text: str, args: list[str], value: str | None
) -> None:
    config = thing("ConfigMap", "c", data={"x.conf": f"a = b\n{text}\n"})
    volumes = [{"name": "c", "configMap": {"name": "c"}}]
    owner = deployment(pod=pod_spec(container(args=args), volumes=volumes))
    pod = Pod(owner, template_of(owner))
    assert setting(cluster(config), pod, "ssl") == value


def test_a_name_with_a_hash_is_generated() -> None:
    assert generated("backend-7k2c9m5h4t")
    assert not generated("backend")
    assert not generated("grafana-dashboards")
