"""What alert rules name exists: runbooks, and the metrics of the Prometheus rules."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from prometheus_client import REGISTRY

from sre_console.incidents.catalogue import catalogue
from sre_console.live.runtime import runtime

ROOT = Path(__file__).parents[2]
RULES = yaml.safe_load((ROOT / "deploy/monitoring/prometheus/rules.yaml").read_text())
_FUNCTIONS = {
    "sum",
    "rate",
    "increase",
    "max",
    "min",
    "histogram_quantile",
    "by",
    "on",
    "ignoring",
    "outcome",
    "and",
    "le",
}


def test_every_alert_has_a_runbook_and_the_index_lists_it() -> None:
    index = (ROOT / "docs/runbooks/README.md").read_text()
    for rule in catalogue().rules:
        assert (ROOT / f"docs/runbooks/{rule.runbook}.md").is_file(), rule.name
        assert f"({rule.runbook}.md)" in index


def test_every_metric_of_the_rules_is_exported() -> None:
    runtime()  # declares what only a replica has
    exported = {
        sample
        for family in REGISTRY.collect()
        for sample in (
            family.name, f"{family.name}_total", f"{family.name}_bucket", f"{family.name}_count",
        )
    }  # fmt: skip
    rules = [rule for group in RULES["groups"] for rule in group["rules"]]
    recorded = {rule["record"] for rule in rules if "record" in rule}
    labels = {"slo"}
    for rule in rules:
        plain = re.sub(r"\{[^}]*\}|\[[^\]]*\]|\"[^\"]*\"", "", rule["expr"])
        names = set(re.findall(r"[a-zA-Z_:][a-zA-Z0-9_:]*", plain))
        assert names - _FUNCTIONS - labels - recorded <= exported, rule
