"""Reading the steps of a scenario and what they show. Pure."""

from __future__ import annotations

from typing import cast, get_args

from sre_console.gamedays.scenarios.call_reading import action_call_read
from sre_console.gamedays.scenarios.fault_reading import fault_read, ramp_read
from sre_console.gamedays.scenarios.fields import TITLE_LONGEST, Fields
from sre_console.gamedays.scenarios.probe_reading import Probes
from sre_console.gamedays.scenarios.probes import HttpCall
from sre_console.gamedays.scenarios.scenario import (
    ENGLISH,
    Check,
    Condition,
    Mode,
    OrElse,
    Step,
    Text,
)
from sre_console.gamedays.scenarios.tree import Node

DOING = ("fault", "ramp", "wait", "action")  # a step does one of these, or nothing
# What a rollback, and what a step, may have.
ROLLBACK = ("title", "for", "note", "fault", "action")
STEP = (*ROLLBACK, "ramp", "wait", "within", "orElse", "checks")
MODES: tuple[Mode, ...] = get_args(Mode)
WEIGHTS = (0.1, 100.0)
MOST_CHECKS = 1000  # of one step; and of a scenario


class Steps:
    """Reads steps and conditions, whose probes know what there is."""

    def __init__(self, probes: Probes) -> None:
        self.probes, self.problems = probes, probes.problems

    def step(self, node: Node, index: int, *, rollback: bool = False) -> Step:
        fields = Fields(node, self.problems, optional=ROLLBACK if rollback else STEP)
        given = [name for name in DOING if name in fields]
        for name in given[1:]:
            fields.refuse(name, f"needs a step of its own: this one has {given[0]}")
        fault, ramp, wait = fields.get("fault"), fields.get("ramp"), fields.get("wait")
        seconds = fields.duration("for") if "for" in fields else 0.0
        if ramp is not None and seconds == 0:
            fields.wrong(node, "must have a for: the time that the ramp takes")
        within = fields.duration("within") if "within" in fields else 0.0
        if wait is not None and within == 0:
            fields.wrong(node, "must have within above 0: how long it waits at most")
        if wait is None:
            fields.refuse("within", "goes with wait only")
            fields.refuse("orElse", "goes with wait only")
        or_else = fields.choice("orElse", get_args(OrElse))
        step_seconds, deadline = seconds or 0.0, within or 0.0
        checks = fields.items("checks", most=MOST_CHECKS)
        spec = None if fault is None else fault_read(fault, self.problems)
        if rollback and spec is not None and spec.active:
            fields.refuse("fault", "must be none here: a rollback sets no faults")
        return Step(
            title=self._title(fields) or {ENGLISH: f"Step {index + 1}"},
            seconds=step_seconds,
            fault=spec,
            ramp=None if ramp is None else ramp_read(ramp, self.problems),
            wait=None if wait is None else self.probes.read(wait),
            within=deadline or None,
            or_else=cast("OrElse", or_else or "stop"),
            action=self._action(fields),
            note=fields.said("note"),
            checks=tuple(
                check
                for number, each in enumerate(checks, 1)
                if (
                    check := self._check(
                        each, f"{index}.{number}", step_seconds + deadline
                    )
                )
            ),
        )

    def condition(self, node: Node) -> Condition | None:
        fields = Fields(node, self.problems, required=("title", "that"))
        title, that = self._title(fields), fields.get("that")
        probe = None if that is None else self.probes.read(that, stepless=True)
        return None if title is None or probe is None else Condition(title, probe)

    def _check(self, node: Node, id_: str, longest: float) -> Check | None:
        optional = ("within", "weight", *MODES)
        fields = Fields(node, self.problems, required=("title",), optional=optional)
        title = self._title(fields)
        weight = fields.number("weight", least=WEIGHTS[0], most=WEIGHTS[1])
        within = fields.duration("within")
        modes = [mode for mode in MODES if mode in fields]
        if len(modes) != 1:
            fields.wrong(node, f"must have exactly one of {', '.join(MODES)}")
            return None
        if modes != ["eventually"]:
            fields.refuse("within", "goes with eventually only")
        elif within is not None and not 0 < within <= longest:
            fields.refuse("within", "must be above 0, and no longer than the step")
        that = fields.get(modes[0])
        probe = None if that is None else self.probes.read(that)
        if title is None or probe is None:
            return None
        weight = 1.0 if weight is None else weight
        return Check(id_, title, modes[0], probe, weight, within)

    def _action(self, fields: Fields) -> HttpCall | None:
        node = fields.get("action")
        if node is None:
            return None
        kinds = Fields(node, self.problems, required=("http",))
        call = kinds.get("http")
        return None if call is None else action_call_read(call, self.problems)

    @staticmethod
    def _title(fields: Fields) -> Text | None:
        return fields.said("title", most=TITLE_LONGEST)
