"""The policy as data: read strictly, and judged by what is left of a budget."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from django.conf import settings

from sre_console.slo import documents
from sre_console.slo.documents import Node
from sre_console.slo.objectives import POLICY_FILE

Subject = Literal["faults", "gameDays", "deployments"]
SUBJECTS: tuple[Subject, ...] = ("faults", "gameDays", "deployments")
# From what is least restricted to what is most.
Allowed = Literal["allowed", "reviewed", "approved", "fixes", "frozen"]
ALLOWED: tuple[Allowed, ...] = ("allowed", "reviewed", "approved", "fixes", "frozen")
By = Literal["chaosFloor", "firing", "approval", "agreement"]
BY: tuple[By, ...] = ("chaosFloor", "firing", "approval", "agreement")
SEVERITIES = ("page", "ticket")
# Settings that a rule may take its number from.
SETTINGS = {"IRONCLAD_CHAOS_FLOOR": "CHAOS_FLOOR"}
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Restriction:
    subject: Subject
    to: Allowed
    by: By

    @property
    def here(self) -> bool:
        """Whether it restricts anything in this installation."""
        return self.by != "approval" or settings.CHAOS_APPROVAL_ABOVE is not None


@dataclass(frozen=True, slots=True)
class Rule:
    """Holds while one of its three conditions does."""

    name: str
    title: str
    why: str
    always: bool
    below: float | None
    setting: str  # that `below` is taken from; empty: it is a number
    firing: str  # the severity; empty: of no alert
    restricts: tuple[Restriction, ...]

    @property
    def threshold(self) -> float | None:
        """Below which it holds; None: it is of no ratio, or its setting is not set here."""
        if self.setting:
            found: float | None = getattr(settings, SETTINGS[self.setting])
            return found
        return self.below

    @property
    def here(self) -> bool:
        """Whether it can hold in this installation."""
        return self.always or bool(self.firing) or self.threshold is not None

    def holds(self, left: float | None, firing: Iterable[str]) -> bool:
        """`left` is the ratio of the budget that is left, None without data."""
        if self.always:
            return True
        if self.firing:
            return self.firing in firing
        least = self.threshold
        if least is None or left is None:
            return False
        # a budget that is used up to the last event is spent
        return left < least or (least == 0 and left <= 0)


@dataclass(frozen=True, slots=True)
class Exemption:
    who: str
    may: str
    by: By


@dataclass(frozen=True, slots=True)
class Policy:
    rules: tuple[Rule, ...]  # what comes later weighs more
    exceptions: tuple[Exemption, ...]

    def holding(self, left: float | None, firing: Iterable[str]) -> list[Rule]:
        fired = set(firing)
        return [rule for rule in self.rules if rule.holds(left, fired)]


def strictest(
    rules: Sequence[Rule], subject: Subject
) -> tuple[Restriction, Rule] | None:
    """What restricts it most; of two alike what Ironclad sees to itself, then the later."""
    found: tuple[Restriction, Rule] | None = None
    for rule in rules:
        for each in rule.restricts:
            if each.subject != subject or not each.here:
                continue
            if found is None or _weight(each) >= _weight(found[0]):
                found = each, rule
    return found


def _weight(of: Restriction) -> tuple[int, bool]:
    return ALLOWED.index(of.to), of.by != "agreement"


@cache
def policy() -> Policy:
    """Raises DocumentInvalid."""
    return load(settings.SLO_DIR / POLICY_FILE)


def load(path: Path) -> Policy:
    """Raises DocumentInvalid that names the field that is wrong."""
    top = documents.read(path).fields("apiVersion", "kind", "metadata", "spec")
    top["apiVersion"].exactly("ironclad/v1")
    top["kind"].exactly("ErrorBudgetPolicy")
    top["metadata"].fields("name")["name"].text()
    spec = top["spec"].fields("rules", "exceptions")
    rules: list[Rule] = []
    for node in spec["rules"].items():
        rule = _rule(node)
        if any(rule.name == each.name for each in rules):
            node.refuse(f"there is another rule named {rule.name}")
        rules.append(rule)
    if not rules[0].always or any(rule.always for rule in rules[1:]):
        spec["rules"].refuse("the first rule, and no other, must hold always")
    return Policy(tuple(rules), tuple(map(_exemption, spec["exceptions"].items())))


def _rule(node: Node) -> Rule:
    field = node.fields(
        "name", "title", "why", "restricts", optional=("always", "below", "firing")
    )
    name = field["name"].text()
    if not _NAME.fullmatch(name):
        field["name"].refuse("must be lower-case letters, digits and dashes")
    conditions = [each for each in ("always", "below", "firing") if each in field]
    if len(conditions) != 1:
        node.refuse("needs one of always, below and firing")
    below, setting, firing = None, "", ""
    if "always" in field:
        field["always"].exactly(True)  # noqa: FBT003 - YAML's value
    elif "firing" in field:
        firing = _one_of(field["firing"], SEVERITIES)
    elif isinstance(field["below"].value, str):
        setting = _one_of(field["below"], SETTINGS)
    else:
        below = field["below"].number()
        if not 0 <= below <= 1:
            field["below"].refuse("must be a ratio from 0 to 1, or a setting's name")
    rule = Rule(
        name=name,
        title=field["title"].text(),
        why=field["why"].text(),
        always="always" in field,
        below=below,
        setting=setting,
        firing=firing,
        restricts=tuple(map(_restriction, field["restricts"].items())),
    )
    for each, part in zip(rule.restricts, field["restricts"].items(), strict=True):
        _checked(rule, each, part)
    return rule


def _restriction(node: Node) -> Restriction:
    field = node.fields("subject", "to", "by")
    return Restriction(
        subject=_one_of(field["subject"], SUBJECTS),  # type: ignore[arg-type]
        to=_one_of(field["to"], ALLOWED[1:]),  # type: ignore[arg-type]
        by=_one_of(field["by"], BY),  # type: ignore[arg-type]
    )


def _checked(rule: Rule, each: Restriction, node: Node) -> None:
    """Refuses what would call an agreement enforced."""
    if each.by == "chaosFloor" and (
        rule.setting != "IRONCLAD_CHAOS_FLOOR"
        or each.to != "frozen"
        or each.subject == "deployments"
    ):
        node.refuse(
            "chaosFloor freezes faults and game days below IRONCLAD_CHAOS_FLOOR"
        )
    if each.by == "firing" and (
        rule.firing != "page" or each.to != "frozen" or each.subject != "gameDays"
    ):
        node.refuse("firing freezes game days while a page fires, and nothing else")
    if each.by == "approval" and (
        each.to != "approved" or each.subject != "gameDays" or not rule.always
    ):
        node.refuse("approval lets game days begin, always, and nothing else")


def _exemption(node: Node) -> Exemption:
    field = node.fields("who", "may", "by")
    by = _one_of(field["by"], BY)
    return Exemption(field["who"].text(), field["may"].text(), by)  # type: ignore[arg-type]


def _one_of(node: Node, allowed: Iterable[str]) -> str:
    text = node.text()
    if text not in allowed:
        node.refuse(f"must be one of {', '.join(allowed)}")
    return text
