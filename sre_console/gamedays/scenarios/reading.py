"""Reading a scenario from YAML, JSON, or what was read from them already. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import cast, get_args

from sre_console.gamedays.scenarios.durations import MOST, duration_written
from sre_console.gamedays.scenarios.fields import TITLE_LONGEST, Fields
from sre_console.gamedays.scenarios.known import Known
from sre_console.gamedays.scenarios.probe_reading import Probes
from sre_console.gamedays.scenarios.problems import Problem, ScenarioInvalid
from sre_console.gamedays.scenarios.scenario import (
    ENGLISH,
    Clock,
    Condition,
    Expected,
    Guardrails,
    OnInterruption,
    Scenario,
    Step,
)
from sre_console.gamedays.scenarios.step_reading import MOST_CHECKS, Steps
from sre_console.gamedays.scenarios.tree import Node, tree_of, tree_read

API_VERSION, KIND = "ironclad/v1", "Scenario"
MOST_STEPS, MOST_CONDITIONS, MOST_EXPECTED, MOST_COMPATIBLE = 100, 100, 100, 50
MOST_PARTS = 1000  # of all ramps: each is a stage of the forecast
ABSENCES = (5.0, 86_400.0)  # wall seconds
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}", re.ASCII)


def scenario_read(text: str, file: str, *, known: Known | None = None) -> Scenario:
    """The scenario in a file; names in it are held against what is known, where that is given.

    Raises ScenarioInvalid with every problem and its place.
    """
    return _Reading(file, known).scenario(tree_read(text, file))


def scenario_from(
    document: Mapping[str, object],
    file: str = "scenario",
    *,
    known: Known | None = None,
) -> Scenario:
    """The inverse of `scenario_document`. Raises ScenarioInvalid."""
    return _Reading(file, known).scenario(tree_of(document))


class _Reading:
    def __init__(self, file: str, known: Known | None) -> None:
        self.file = file
        self.problems: list[Problem] = []
        self.probes = Probes(self.problems, known)
        self.steps = Steps(self.probes)

    def scenario(self, root: Node) -> Scenario:
        top = self._fields(root, "apiVersion", "kind", "metadata", "spec")
        top.choice("apiVersion", (API_VERSION,))
        top.choice("kind", (KIND,))
        metadata = top.get("metadata") or Node({})
        spec = top.get("spec") or Node({})
        scenario: Scenario | None = None
        if "metadata" in top and "spec" in top:
            scenario = self._scenario(metadata, spec)
        if self.problems or scenario is None:
            raise ScenarioInvalid(self.file, self.problems)
        return scenario

    def _scenario(self, metadata: Node, spec: Node) -> Scenario:
        named = self._fields(metadata, "name", "title", optional=("description",))
        name = named.text("name")
        if name is not None and not NAME.fullmatch(name):
            named.refuse("name", "must be lower-case letters, digits and dashes")
        fields = self._fields(
            spec, "hypothesis", "steps",
            optional=(
                "clock", "onInterruption", "compatibleWith", "expects", "guardrails",
                "steadyState", "stopWhen", "rollbacks",
            ),
        )  # fmt: skip
        scenario = Scenario(
            name=name or "",
            title=named.said("title", most=TITLE_LONGEST) or {ENGLISH: ""},
            hypothesis=fields.said("hypothesis") or {ENGLISH: ""},
            steps=self._steps(fields, "steps", least=1),
            description=named.said("description"),
            clock=cast("Clock", fields.choice("clock", get_args(Clock)) or "slo"),
            on_interruption=cast(
                "OnInterruption",
                fields.choice("onInterruption", get_args(OnInterruption)) or "rollback",
            ),
            compatible_with=self._compatible(fields, name),
            expects=self._expects(fields),
            guardrails=self._guardrails(fields),
            steady_state=self._conditions(fields, "steadyState"),
            stop_when=self._conditions(fields, "stopWhen"),
            rollbacks=self._steps(fields, "rollbacks"),
        )
        self._whole(fields, scenario)
        return scenario

    def _whole(self, fields: Fields, scenario: Scenario) -> None:
        """What holds for all the steps together."""
        every = (*scenario.steps, *scenario.rollbacks)
        if sum(step.longest for step in every) > MOST:
            longest = duration_written(MOST)
            fields.refuse("steps", f"must not take longer than {longest} in all")
        if sum(step.ramp.parts for step in every if step.ramp) > MOST_PARTS:
            fields.refuse("steps", f"must not ramp in more than {MOST_PARTS:,} parts")
        if len(scenario.checks) > MOST_CHECKS:
            fields.refuse("steps", f"must not hold more than {MOST_CHECKS:,} checks")

    def _steps(self, fields: Fields, name: str, *, least: int = 0) -> tuple[Step, ...]:
        nodes = fields.items(name, most=MOST_STEPS, least=least)
        rollback = name == "rollbacks"
        return tuple(
            self.steps.step(node, index, rollback=rollback)
            for index, node in enumerate(nodes)
        )

    def _conditions(self, fields: Fields, name: str) -> tuple[Condition, ...]:
        nodes = fields.items(name, most=MOST_CONDITIONS)
        read = [self.steps.condition(node) for node in nodes]
        return tuple(condition for condition in read if condition)

    def _compatible(self, fields: Fields, own: str | None) -> tuple[str, ...]:
        names: list[str] = []
        for node in fields.items("compatibleWith", most=MOST_COMPATIBLE):
            name = fields.name_of(node)
            if name is None:
                continue
            if not NAME.fullmatch(name):
                fields.wrong(node, "must be the name of a scenario")
            if name == own or name in names:
                fields.wrong(node, "must be another scenario, named once")
            names.append(name)
        return tuple(names)

    def _expects(self, fields: Fields) -> tuple[Expected, ...]:
        node = fields.get("expects")
        if node is None:
            return ()
        inner = self._fields(node, optional=("alerts",))
        found: list[Expected] = []
        for item in inner.items("alerts", most=MOST_EXPECTED):
            named = item
            if not isinstance(item.value, Mapping):
                named = Node({"alert": item}, item.place, item.path, {})
            if isinstance(named.value, Mapping):
                alert = self._fields(named, "alert", optional=("slo",))
            name, slo = self.probes.alert(alert)
            if name is None:
                continue
            if Expected(name, slo) in found:
                fields.wrong(item, "must not be named twice")
            found.append(Expected(name, slo))
        return tuple(found)

    def _guardrails(self, fields: Fields) -> Guardrails:
        node = fields.get("guardrails")
        if node is None:
            return Guardrails()
        inner = self._fields(node, optional=("chaosBudget", "floor", "absence"))
        return Guardrails(
            chaos_budget=inner.number("chaosBudget", least=0, most=1, beyond=True),
            floor=inner.number("floor", least=0, most=1),
            absence=inner.duration("absence", least=ABSENCES[0], most=ABSENCES[1]),
        )

    def _fields(
        self, node: Node, *required: str, optional: tuple[str, ...] = ()
    ) -> Fields:
        return Fields(node, self.problems, required=required, optional=optional)
