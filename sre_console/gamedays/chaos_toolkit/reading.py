"""Reading an experiment of the Chaos Toolkit as a scenario; nothing of it is run. Pure.

https://chaostoolkit.org/reference/api/experiment/. Taken are HTTP activities that ask this
service; docs/guide/scenarios.md says what becomes of what.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.chaos_toolkit.activities import Activities, Activity
from sre_console.gamedays.chaos_toolkit.address import Addresses
from sre_console.gamedays.chaos_toolkit.calls import (
    DONE,
    Providers,
    Refused,
    call_node,
    statuses_node,
)
from sre_console.gamedays.chaos_toolkit.faults import CHAOS, Faults, is_fault
from sre_console.gamedays.chaos_toolkit.tolerance import Tolerances
from sre_console.gamedays.chaos_toolkit.values import Values
from sre_console.gamedays.scenarios.call_reading import action_call_read
from sre_console.gamedays.scenarios.fields import TEXT_LONGEST, TITLE_LONGEST
from sre_console.gamedays.scenarios.known import Known
from sre_console.gamedays.scenarios.problems import Problem, ScenarioInvalid
from sre_console.gamedays.scenarios.reading import scenario_from
from sre_console.gamedays.scenarios.scenario import (
    ENGLISH,
    Check,
    Condition,
    Expected,
    Scenario,
    Step,
    Text,
)
from sre_console.gamedays.scenarios.tree import Node, tree_read
from sre_console.gamedays.scenarios.writing import scenario_document

EXTENSION = "ironclad"  # name of ours, which has what an experiment has no word for
KEPT = ("expects", "guardrails", "compatibleWith", "onInterruption")
_FIELDS_LEFT = ("tags", "contributions", "runtime", "dry", "contributes")


@dataclass(frozen=True, slots=True)
class Imported:
    """`notes` tell what of the experiment means something else here, or nothing."""

    scenario: Scenario
    notes: tuple[str, ...]


def chaos_toolkit_read(
    text: str,
    file: str,
    *,
    base: Sequence[str],
    parameters: Mapping[str, object] | None = None,
    known: Known | None = None,
) -> Imported:
    """The experiment in a file, JSON or YAML; `base` are the addresses of this service.

    `parameters` are values of its configuration; the environment is never read. Raises
    ScenarioInvalid that names the line and the activity of whatever cannot be taken.
    """
    return _Reading(file, tree_read(text, file), base, parameters or {}, known).read()


class _Reading:
    def __init__(
        self,
        file: str,
        root: Node,
        base: Sequence[str],
        parameters: Mapping[str, object],
        known: Known | None,
    ) -> None:
        self._file, self._root, self._known = file, root, known
        self._problems: list[Problem] = []
        self._notes: list[str] = []
        self._top = root.value if isinstance(root.value, Mapping) else {}
        values = Values(
            self._top.get("configuration"),
            self._top.get("secrets"),
            parameters,
            self._problems,
        )
        addresses = Addresses(base)
        self._providers = Providers(values, addresses, self._problems, self._notes)
        self._tolerances = Tolerances(self._providers, values, self._problems)
        self._faults = Faults(self._providers, self._problems)
        self._activities = Activities(self._top, values, self._providers)
        self._steps: list[Step] = []

    def read(self) -> Imported:
        self._shape()
        for name in _FIELDS_LEFT:
            if name in self._top:
                line = self._top[name].place[0]
                self._notes.append(f"line {line}: {name} is not kept")
        hypothesis, steady = self._hypothesis()
        for activity in self._activities.of("method"):
            with suppress(Refused):
                self._add(activity)
        steps, self._steps = self._steps, []
        self._faults.now = FaultSpec()  # they end before any rollback
        for activity in self._activities.of("rollbacks"):
            with suppress(Refused):
                self._roll_back(activity)
        if self._problems:
            raise ScenarioInvalid(self._file, self._problems)
        title = self._text("title", TITLE_LONGEST)
        described = self._text("description", TEXT_LONGEST)
        scenario = Scenario(
            name=_name(title),
            title={ENGLISH: title},
            hypothesis=hypothesis or {ENGLISH: described or title},
            steps=tuple(steps),
            description={ENGLISH: described} if described else None,
            clock="wall",
            expects=self._expected(),
            steady_state=tuple(steady),
            rollbacks=tuple(self._steps),
        )
        return Imported(self._judged(scenario), tuple(self._notes))

    def _shape(self) -> None:
        if not isinstance(self._root.value, Mapping):
            self._wrong(self._root, "must be an experiment: a mapping")
        for name in ("title", "method"):
            if name not in self._top:
                self._wrong(self._root, f"must have a {name}")
        controls = self._top.get("controls")
        if controls is not None and controls.value:
            self._wrong(controls, "has controls, which run code: that is never done")

    def _hypothesis(self) -> tuple[Text | None, list[Condition]]:
        node = self._top.get("steady-state-hypothesis")
        fields = node.value if node is not None else None
        if not isinstance(fields, Mapping):
            return None, []
        conditions = []
        for activity in self._activities.of("steady-state-hypothesis"):
            with suppress(Refused):
                probe = self._tolerances.probe(
                    activity.asked, activity.tolerance, activity.name
                )
                conditions.append(Condition({ENGLISH: activity.name}, probe))
        title = fields["title"].value if "title" in fields else None
        text = {ENGLISH: title.strip()} if isinstance(title, str) else None
        return text, conditions

    def _add(self, activity: Activity) -> None:
        """One activity of the method."""
        if activity.kind == "probe":
            self._look(activity)
            return
        self._pause(activity.before)
        if is_fault(activity.asked):
            spec = self._faults.put(activity.asked, activity.name)
            step = Step({ENGLISH: activity.name}, activity.after, fault=spec)
        else:
            step = self._act(activity)
        self._steps.append(step)

    def _look(self, activity: Activity) -> None:
        """A probe is a check of the step before it, where it follows at once."""
        probe = self._tolerances.probe(
            activity.asked, activity.tolerance, activity.name
        )
        if activity.tolerance is None and activity.asked.expected is None:
            said = "it has no tolerance: the status has to be 200"
            self._providers.note(activity.node, activity.name, said)
        title = {ENGLISH: activity.name}
        if activity.before or not self._steps:
            self._steps.append(Step(title, activity.before))
        *before, step = self._steps
        check = Check(f"{len(before)}.{len(step.checks) + 1}", title, "atEnd", probe)
        self._steps = [*before, _changed(step, checks=(*step.checks, check))]
        self._pause(activity.after)

    def _pause(self, seconds: float) -> None:
        if seconds:
            self._steps.append(Step({ENGLISH: "Pause"}, seconds))

    def _act(self, activity: Activity) -> Step:
        asked = activity.asked
        statuses: tuple[object, ...] = DONE
        if asked.expected is not None:
            statuses = (asked.expected.value,)
        status = statuses_node(statuses, asked.expected or asked.path)
        more = {} if asked.body is None else {"body": asked.body}
        node = call_node(asked, status=status, timeout="timeout", **more)
        before = len(self._problems)
        call = action_call_read(node, self._problems)
        if call is None or len(self._problems) > before:
            raise Refused
        return Step({ENGLISH: activity.name}, activity.after, action=call)

    def _roll_back(self, activity: Activity) -> None:
        if activity.kind == "probe":
            said = "a rollback that only looks is left out"
            self._providers.note(activity.node, activity.name, said)
            return
        if is_fault(activity.asked) and activity.asked.address == f"{CHAOS}/disable":
            said = "left out: all faults have ended before the rollbacks"
            self._providers.note(activity.node, activity.name, said)
            return
        self._add(activity)

    def _expected(self) -> tuple[Expected, ...]:
        """The toolkit knows no alerts, so none of them may end the run."""
        if self._known is None:
            self._notes.append("any alert ends the run: name those it may raise")
            return ()
        self._notes.append("every alert is expected: name those it may raise")
        return tuple(Expected(name) for name in self._known.alert_names)

    def _judged(self, scenario: Scenario) -> Scenario:
        """With what our own extension keeps, and within the bounds of every scenario."""
        document = scenario_document(scenario)
        for extension in self._extensions():
            kept = {name: extension[name] for name in KEPT if name in extension}
            document["spec"].update(kept)
            if "expects" in kept:
                self._notes = [n for n in self._notes if "name those" not in n]
        return scenario_from(document, self._file, known=self._known)

    def _extensions(self) -> list[dict[str, Any]]:
        node = self._top.get("extensions")
        plain = node.plain() if node is not None else None
        every = plain if isinstance(plain, list) else []
        return [e for e in every if isinstance(e, dict) and e.get("name") == EXTENSION]

    def _text(self, name: str, most: int) -> str:
        node = self._top.get(name)
        text = str(node.value) if node is not None and node.value else ""
        if most == TITLE_LONGEST:
            text = " ".join(text.split())
        return text.strip()[:most]

    def _wrong(self, node: Node, message: str) -> None:
        self._problems.append(Problem(*node.place, node.path, message))


def _changed(step: Step, *, checks: tuple[Check, ...]) -> Step:
    return Step(
        step.title, step.seconds, fault=step.fault, action=step.action, checks=checks
    )


def _name(title: str) -> str:
    words = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
    return words[:63].rstrip("-") or "experiment"
