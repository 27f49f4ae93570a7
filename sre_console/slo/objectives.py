"""The SLOs, read from OpenSLO v1 files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings

from sre_console.slo import documents, windows

_NAME = re.compile(r"[a-z]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_ORDER = "ironclad/order"  # annotation: its place among the SLOs, a number as text
_LAST = 1000
WINDOWS_FILE = "windows.yaml"  # these stand beside the objectives
ALERTS_FILE = "alerts.yaml"
POLICY_FILE = "policy.yaml"


@dataclass(frozen=True, slots=True)
class Rule:
    """What makes an event bad; the metricSource of type `ironclad` states it."""

    bad_status_from: int | None = None
    bad_slower_than: float | None = None  # seconds


@dataclass(frozen=True, slots=True)
class Objective:
    name: str
    display_name: str
    description: str
    target: float  # ratio of good events
    window: timedelta
    rule: Rule
    order: int = _LAST

    @property
    def budget(self) -> float:
        """The ratio of bad events it allows; rounded, for 1 - 0.999 is not 0.001."""
        return round(1 - self.target, 12)

    def bad(self, status: int, duration: float) -> bool:
        """Judge one event; duration in seconds. Exactly at the limit is still good."""
        rule = self.rule
        if rule.bad_status_from is not None and status >= rule.bad_status_from:
            return True
        return rule.bad_slower_than is not None and duration > rule.bad_slower_than


def load(folder: Path) -> tuple[Objective, ...]:
    """Every SLO under a folder, in the order their annotations ask for, then by name.

    DocumentInvalid names the file and field of what is wrong.
    """
    found: dict[str, Objective] = {}
    for path in sorted(folder.glob("*.yaml")):
        if path.name in {WINDOWS_FILE, ALERTS_FILE, POLICY_FILE}:
            continue
        objective = _objective(documents.read(path))
        if objective.name in found:
            raise documents.DocumentInvalid(
                path.name, "metadata.name", "is the name of another SLO too"
            )
        found[objective.name] = objective
    if not found:
        raise documents.DocumentInvalid(str(folder), "*.yaml", "there is no SLO")
    return tuple(sorted(found.values(), key=lambda o: (o.order, o.name)))


@cache
def objectives() -> tuple[Objective, ...]:
    return load(settings.SLO_DIR)


@cache
def burn_rules() -> tuple[windows.BurnRule, ...]:
    return windows.load(settings.SLO_DIR / WINDOWS_FILE)


def period() -> timedelta:
    """The longest window of any SLO: as far back as anything looks."""
    return max(objective.window for objective in objectives())


def _objective(document: documents.Node) -> Objective:
    top = document.fields("apiVersion", "kind", "metadata", "spec")
    top["apiVersion"].exactly("openslo/v1")
    top["kind"].exactly("SLO")
    metadata = top["metadata"].fields(
        "name", optional=("displayName", "labels", "annotations")
    )
    name = metadata["name"].text()
    if not _NAME.fullmatch(name):
        metadata["name"].refuse("must be lower-case letters, digits and dashes")
    spec = top["spec"].fields(
        "description", "service", "indicator", "timeWindow", "budgetingMethod",
        "objectives",
    )  # fmt: skip
    spec["service"].text()
    spec["budgetingMethod"].exactly("Occurrences")
    return Objective(
        name=name,
        display_name=metadata["displayName"].text()
        if "displayName" in metadata
        else name,
        description=spec["description"].text(),
        target=_target(spec["objectives"].only()),
        window=_window(spec["timeWindow"].only()),
        rule=_rule(spec["indicator"]),
        order=_order(metadata["annotations"]) if "annotations" in metadata else _LAST,
    )


def _order(annotations: documents.Node) -> int:
    field = annotations.fields(optional=(_ORDER,))
    if _ORDER not in field:
        return _LAST
    text = field[_ORDER].text()  # OpenSLO's annotations are text
    if not re.fullmatch("[0-9]{1,3}", text, re.ASCII):
        field[_ORDER].refuse("must be a number from 0 to 999, as text")
    return int(text)


def _target(node: documents.Node) -> float:
    target = node.fields("target", optional=("displayName",))["target"]
    value = target.number()
    if not 0 < value < 1:
        target.refuse("must lie between 0 and 1")
    return value


def _window(node: documents.Node) -> timedelta:
    field = node.fields("duration", "isRolling")
    field["isRolling"].exactly(True)  # noqa: FBT003 - YAML's value, not an argument's
    return field["duration"].duration()


def _rule(indicator: documents.Node) -> Rule:
    spec = indicator.fields("metadata", "spec")["spec"]
    ratio = spec.fields("ratioMetric")["ratioMetric"].fields("counter", "bad", "total")
    ratio["counter"].exactly(True)  # noqa: FBT003
    total = _source(ratio["total"]).fields("events")["events"]
    total.exactly("all")
    source = _source(ratio["bad"])
    field = source.fields(optional=("badStatusFrom", "badSlowerThanSeconds"))
    if len(field) != 1:
        source.refuse("needs one of badStatusFrom and badSlowerThanSeconds")
    if "badStatusFrom" in field:
        status = field["badStatusFrom"]
        if status.number() not in range(400, 600):
            status.refuse("must be a status from 400 to 599")
        return Rule(bad_status_from=int(status.number()))
    seconds = field["badSlowerThanSeconds"]
    if seconds.number() <= 0:
        seconds.refuse("must be above 0")
    return Rule(bad_slower_than=seconds.number())


def _source(metric: documents.Node) -> documents.Node:
    source = metric.fields("metricSource")["metricSource"].fields("type", "spec")
    source["type"].exactly("ironclad")
    return source["spec"]
