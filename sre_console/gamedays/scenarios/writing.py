"""Writing a scenario: as JSON, which is read back as the same value, or as YAML. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from sre_console.gamedays.scenarios.durations import duration_written
from sre_console.gamedays.scenarios.fault_reading import fault_written
from sre_console.gamedays.scenarios.probes import (
    AlertProbe,
    BreakerProbe,
    HttpCall,
    HttpProbe,
    Probe,
    SloProbe,
    StatusProbe,
    Tolerance,
)
from sre_console.gamedays.scenarios.reading import API_VERSION, KIND
from sre_console.gamedays.scenarios.scenario import (
    ENGLISH,
    Condition,
    Expected,
    Guardrails,
    Scenario,
    Step,
    Text,
)
from sre_console.gamedays.scenarios.tree import reads_otherwise

_NO_CALL = HttpCall("/")
YAML_WIDTH = 100  # columns


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """JSON-ready and always the same for the same scenario; what is as usual is left out."""
    metadata = {"name": scenario.name, "title": _text(scenario.title)}
    if scenario.description is not None:
        metadata["description"] = _text(scenario.description)
    spec = {
        "clock": scenario.clock,
        "hypothesis": _text(scenario.hypothesis),
        "onInterruption": scenario.on_interruption,
        "compatibleWith": list(scenario.compatible_with),
        "expects": _expects(scenario.expects),
        "guardrails": _guardrails(scenario.guardrails),
        "steadyState": _conditions(scenario.steady_state),
        "stopWhen": _conditions(scenario.stop_when),
        "steps": [_step(step) for step in scenario.steps],
        "rollbacks": [_step(step) for step in scenario.rollbacks],
    }
    return {
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": metadata,
        "spec": {name: value for name, value in spec.items() if value},
    }


class _Dumper(yaml.SafeDumper):
    """Lists are set in, and longer texts are blocks."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - PyYAML's own
        super().increase_indent(flow, False)  # noqa: FBT003


def _as_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else '"' if reads_otherwise(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style)


_Dumper.add_representer(str, _as_text)


def scenario_yaml(scenario: Scenario) -> str:
    """The same for people; `scenario_read` reads it."""
    document = scenario_document(scenario)
    return yaml.dump(
        document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=YAML_WIDTH
    )


def _text(text: Text) -> object:
    """English first; a text in English alone is only that."""
    if set(text) == {ENGLISH}:
        return text[ENGLISH]
    return {name: text[name] for name in sorted(text, key=lambda n: (n != ENGLISH, n))}


def _expects(expects: Iterable[Expected]) -> dict[str, object]:
    alerts = [
        each.alert if each.slo is None else {"alert": each.alert, "slo": each.slo}
        for each in expects
    ]
    return {"alerts": alerts} if alerts else {}


def _guardrails(guardrails: Guardrails) -> dict[str, object]:
    absence = guardrails.absence
    return _given(
        chaosBudget=guardrails.chaos_budget,
        floor=guardrails.floor,
        absence=None if absence is None else duration_written(absence),
    )


def _conditions(conditions: Iterable[Condition]) -> list[dict[str, object]]:
    return [
        {"title": _text(each.title), "that": probe_written(each.probe)}
        for each in conditions
    ]


def _step(step: Step) -> dict[str, object]:
    document: dict[str, object] = {"title": _text(step.title)}
    if step.fault is not None:
        document["fault"] = fault_written(step.fault)
    if step.ramp is not None:
        document["ramp"] = {
            "from": _numbers(fault_written(step.ramp.begin)),
            "to": _numbers(fault_written(step.ramp.end)),
            "steps": step.ramp.parts,
        }
    if step.wait is not None:
        document["wait"] = probe_written(step.wait)
    if step.within is not None:
        document["within"] = duration_written(step.within)
    if step.or_else != "stop":
        document["orElse"] = step.or_else
    if step.action is not None:
        document["action"] = {"http": _action(step.action)}
    if step.seconds:
        document["for"] = duration_written(step.seconds)
    if step.note is not None:
        document["note"] = _text(step.note)
    if step.checks:
        document["checks"] = [
            _given(
                title=_text(check.title),
                **{str(check.mode): probe_written(check.probe)},
                within=None if check.within is None else duration_written(check.within),
                weight=None if check.weight == 1 else _number(check.weight),
            )
            for check in step.checks
        ]
    return document


def _numbers(fault: object) -> object:
    """A ramp has no `none`: its ends name their faults."""
    return fault if isinstance(fault, Mapping) else {"errorRate": 0.0}


def probe_written(probe: Probe) -> dict[str, object]:
    match probe:
        case AlertProbe():
            return _given(alert=probe.alert, slo=probe.slo) | {"is": probe.state}
        case SloProbe():
            return _given(
                slo=probe.slo,
                measure=probe.measure,
                window=probe.window,
                **{str(probe.comparison): _number(probe.value)},
                tolerance=probe.tolerance or None,
                since=None if probe.since == "run" else probe.since,
            )
        case StatusProbe():
            return {"slo": probe.slo, "status": list(probe.statuses)}
        case BreakerProbe():
            return {"breaker": probe.breaker, "is": probe.state}
        case HttpProbe(call):
            tolerance = call.tolerance
            written = _call(call, "within")
            if tolerance is not None:
                written["body"] = _tolerance(tolerance)
            return {"http": written}


def _action(call: HttpCall) -> dict[str, object]:
    return _call(call, "timeout") | _given(body=call.body)


def _call(call: HttpCall, timeout: str) -> dict[str, object]:
    return _given(
        method=None if call.method == _NO_CALL.method else call.method,
        path=call.path,
        headers=None if call.headers is None else dict(call.headers),
        status=None if call.statuses == _NO_CALL.statuses else list(call.statuses),
        **{
            timeout: None
            if call.timeout == _NO_CALL.timeout
            else duration_written(call.timeout)
        },
    )


def _tolerance(tolerance: Tolerance) -> dict[str, object]:
    expected = list(tolerance.expected)
    document: dict[str, object] = {tolerance.kind: tolerance.pattern}
    if len(expected) == 1:
        document["is"] = expected[0]
    elif expected:
        document["in"] = expected
    return document


def _number(value: float) -> float:
    return int(value) if value == int(value) else value


def _given(**fields: object) -> dict[str, object]:
    """Without those that are None."""
    return {name: value for name, value in fields.items() if value is not None}
