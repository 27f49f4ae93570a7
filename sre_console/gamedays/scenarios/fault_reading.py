"""Reading a plan of faults: the fields and bounds of POST /api/chaos. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from ironclad.errors import FieldsInvalid
from sre_console.chaos.faults.registry import known
from sre_console.chaos.plan import FaultSpec, parse
from sre_console.gamedays.scenarios.fields import Fields
from sre_console.gamedays.scenarios.problems import Problem
from sre_console.gamedays.scenarios.scenario import Ramp
from sre_console.gamedays.scenarios.tree import Node, child

NONE = "none"  # ends the faults
RAMP_PARTS = (2, 100)


def fault_names() -> tuple[str, ...]:
    """What a plan in a scenario may say."""
    numbers = [bounds.name for fault in known() for bounds in fault.bounds]
    return (*numbers, "pacing", "seed", "target")


def fault_read(node: Node, problems: list[Problem]) -> FaultSpec | None:
    """A whole plan, or `none`."""
    if node.value == NONE:
        return FaultSpec()
    if not isinstance(node.value, Mapping):
        message = f"must be {NONE}, or a mapping such as {{errorRate: 0.01}}"
        problems.append(Problem(*node.place, node.path, message))
        return None
    before = len(problems)
    fields = Fields(node, problems, optional=fault_names())
    for given, value in node.value.items():
        if value.value is None:
            fields.refuse(given, "must not be empty")
    if len(problems) > before:
        return None
    try:
        spec, _ttl, _reason = parse({n: v.plain() for n, v in node.value.items()})
    except FieldsInvalid as invalid:
        for wrong, message in invalid.problems:
            place, path = _named(fields.node, wrong or "")
            problems.append(Problem(*place, path, message))
        return None
    return spec


def _named(node: Node, name: str) -> tuple[tuple[int, int], str]:
    """Where the field stands that a problem names, or else what holds it."""
    path = node.path
    for part in name.split("."):
        path = child(path, part)
        if not isinstance(node.value, Mapping) or part not in node.value:
            break
        node = node.value[part]
    return node.place, path


def ramp_read(node: Node, problems: list[Problem]) -> Ramp | None:
    fields = Fields(node, problems, required=("from", "to", "steps"))
    parts = fields.whole("steps", least=RAMP_PARTS[0], most=RAMP_PARTS[1])
    ends: list[FaultSpec] = []
    for name in ("from", "to"):
        end = fields.get(name)
        if end is None:
            continue
        if end.value == NONE:
            fields.wrong(end, "must name its faults, such as {errorRate: 0}")
        elif spec := fault_read(end, problems):
            ends.append(spec)
    if len(ends) < 2 or parts is None:  # noqa: PLR2004 - both of them
        return None
    begin, end_ = ends
    if _apart_from_numbers(begin) != _apart_from_numbers(end_):
        fields.refuse("to", "must have the target and pacing that from has")
    return Ramp(begin, end_, parts)


def _apart_from_numbers(spec: FaultSpec) -> FaultSpec:
    every = [bounds for fault in known() for bounds in fault.bounds]
    numbers = {bounds.attribute: 0 for bounds in every}
    return replace(spec, **numbers)  # type: ignore[arg-type]


def fault_written(spec: FaultSpec) -> object:
    """As `fault_read` reads it."""
    if spec == FaultSpec():
        return NONE
    every = [bounds for fault in known() for bounds in fault.bounds]
    document: dict[str, object] = {}
    for bounds in every:
        value = getattr(spec, bounds.attribute)
        if value != bounds.default:
            document[bounds.name] = value
    if not document:
        document["errorRate"] = 0.0  # one has to be named
    if spec.pacing != "even":
        document["pacing"] = spec.pacing
    if spec.seed is not None:
        document["seed"] = spec.seed
    target: dict[str, object] = {}
    if spec.methods:
        target["methods"] = list(spec.methods)
    if spec.path_prefix != FaultSpec().path_prefix:
        target["pathPrefix"] = spec.path_prefix
    if target:
        document["target"] = target
    return document
