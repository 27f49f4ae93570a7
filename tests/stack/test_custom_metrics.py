"""What the autoscaler is told by prometheus-adapter, computed by the real engine."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ironclad.embedded.home import CHECKOUT
from tests.stack.tools import MONITORING, well

pytestmark = [pytest.mark.stack, pytest.mark.patient]
COMPONENT = CHECKOUT / "deploy/kubernetes/components/custom-metrics"
SERIES = (
    'http_requests_total{{app="backend",namespace="ironclad-demo",pod="{pod}",{more}}}'
)


def rule() -> dict[str, Any]:
    (found,) = yaml.safe_load((COMPONENT / "adapter/config.yaml").read_text())["rules"]
    assert isinstance(found, dict)
    return found


def query() -> str:
    """As the adapter fills it in for all pods of the namespace."""
    filled: str = rule()["metricsQuery"]
    for word, by in {
        "<<.Series>>": "http_requests_total",
        "<<.LabelMatchers>>": 'namespace="ironclad-demo",pod=~"a|b"',
        "<<.GroupBy>>": "pod",
    }.items():
        assert word in filled
        filled = filled.replace(word, by)
    return filled


def test_each_pod_has_its_own_requests_a_second(tmp_path: Path) -> None:
    counts = [("a", 'status="200"', 150), ("a", 'status="500"', 30), ("b", "", 300)]
    tests = {
        "evaluation_interval": "15s",
        "tests": [
            {
                "interval": "15s",
                "input_series": [
                    {
                        "series": SERIES.format(pod=pod, more=more),
                        "values": f"0+{step}x20",
                    }
                    for pod, more, step in counts
                ],
                "promql_expr_test": [
                    {
                        "expr": query(),
                        "eval_time": "5m",
                        "exp_samples": [
                            {"labels": '{pod="a"}', "value": 12},
                            {"labels": '{pod="b"}', "value": 20},
                        ],
                    }
                ],
            }
        ],
    }
    file = tmp_path / "test.yaml"
    file.write_text(yaml.safe_dump(tests))
    well("promtool", "test", "rules", file)


def test_the_autoscaler_asks_for_what_the_adapter_serves() -> None:
    (change,) = yaml.safe_load((COMPONENT / "hpa.yaml").read_text())
    assert change["value"]["pods"]["metric"]["name"] == rule()["name"]["as"]


def test_every_label_it_goes_by_is_put_on_by_the_scrape() -> None:
    config = yaml.safe_load((MONITORING / "prometheus/prometheus.yaml").read_text())
    (job,) = [
        each
        for each in config["scrape_configs"]
        if each["job_name"] == "kubernetes-pods"
    ]
    put = {each.get("target_label") for each in job["relabel_configs"]}
    assert put >= {"app", "namespace", "pod"}
