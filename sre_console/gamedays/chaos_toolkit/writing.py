"""Writing a scenario as an experiment of the Chaos Toolkit, which runs it from outside. Pure.

What an experiment has no word for is told in its extension, and comes back from there.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sre_console.chaos.asked import TTL_MOST
from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.chaos_toolkit.faults import CHAOS
from sre_console.gamedays.chaos_toolkit.probes import rest_written
from sre_console.gamedays.chaos_toolkit.reading import EXTENSION, KEPT
from sre_console.gamedays.course.direction import part_of
from sre_console.gamedays.scenarios.fault_reading import fault_written
from sre_console.gamedays.scenarios.probes import HttpCall, HttpProbe, Probe
from sre_console.gamedays.scenarios.scenario import Check, Scenario, Step, said
from sre_console.gamedays.scenarios.writing import scenario_document

URL, TOKEN = "ironclad_url", "ironclad_token"  # names in the configuration
SPARE = 30  # seconds that a fault may outlive its step, should the toolkit be slow
_JSON = "application/json"
_ALIVE = HttpProbe(HttpCall("/livez"))  # asked where there is nothing but a pause


def chaos_toolkit_written(
    scenario: Scenario, base: str, *, scale: float = 1.0
) -> dict[str, Any]:
    """JSON-ready; `base` is this service's address, `scale` the clock's (K).

    The token of an operator is read from the environment where the toolkit runs, as IRONCLAD_TOKEN.
    """
    return _Writing(scenario, base, scale).experiment()


class _Writing:
    def __init__(self, scenario: Scenario, base: str, scale: float) -> None:
        self._scenario, self._base, self._scale = scenario, base.rstrip("/"), scale
        self._notes: list[str] = []
        self._once: list[str] = []  # checks that are more than one look

    def experiment(self) -> dict[str, Any]:
        scenario = self._scenario
        probes = [
            probe
            for each in scenario.steady_state
            if (probe := self._probe(said(each.title), each.probe)) is not None
        ]
        method = [
            activity
            for index, step in enumerate(scenario.steps)
            for activity in self._step(index, step)
        ]
        if self._once:
            once = "; ".join(dict.fromkeys(self._once))
            self._notes.append(f"judged once, as their step is over: {once}")
        if scenario.stop_when:
            self._notes.append(
                "stop conditions are not told: only the console has them"
            )
        hypothesis = {"title": said(scenario.hypothesis), "probes": probes}
        return {
            "version": "1.0.0",
            "title": said(scenario.title),
            "description": said(scenario.description or scenario.hypothesis),
            "tags": [EXTENSION],
            "configuration": {
                URL: {"type": "env", "key": "IRONCLAD_URL", "default": self._base},
                TOKEN: {"type": "env", "key": "IRONCLAD_TOKEN"},
            },
            "extensions": [self._extension()],
            **({"steady-state-hypothesis": hypothesis} if probes else {}),
            "method": method,
            "rollbacks": [
                self._fault("End every fault", FaultSpec(), 0),
                *(a for step in scenario.rollbacks for a in self._doing(step, 0, step)),
            ],
        }

    def _extension(self) -> dict[str, Any]:
        spec = scenario_document(self._scenario)["spec"]
        kept = {name: spec[name] for name in KEPT if name in spec}
        return {"name": EXTENSION, **kept, "notes": self._notes}

    def _step(self, index: int, step: Step) -> Iterator[dict[str, Any]]:
        yield from self._doing(step, self._until(index), step)
        for check in step.checks:
            probe = self._probe(said(check.title), check.probe)
            if probe is not None:
                self._mode(check)
                yield probe

    def _doing(
        self, step: Step, in_force: float, named: Step
    ) -> Iterator[dict[str, Any]]:
        """What the step does, and its pause."""
        title, hold = said(named.title), self._wall(step.seconds)
        if step.fault is not None:
            yield self._fault(title, step.fault, hold, in_force)
        elif step.ramp is not None:
            each = hold / step.ramp.parts
            for part in range(step.ramp.parts):
                spec = part_of(step.ramp, part)
                left = in_force - part * each
                yield self._fault(f"{title}, part {part + 1}", spec, each, left)
        elif step.action is not None:
            yield self._action(title, step.action, hold)
        else:
            if step.wait is not None:
                hold += self._wall(step.within or 0)
                self._notes.append(f"{title}: waits for the whole time it may take")
            if hold or step.wait is not None:
                alive = self._http("probe", title, _ALIVE.call)
                yield {**alive, "tolerance": 200, "pauses": {"before": _number(hold)}}

    def _until(self, index: int) -> float:
        """Wall seconds from this step on until another changes its faults."""
        seconds = 0.0
        for number, step in enumerate(self._scenario.steps[index:]):
            if number and (step.fault is not None or step.ramp is not None):
                break
            seconds += self._wall(step.longest)
        return seconds

    def _fault(
        self, title: str, spec: FaultSpec, hold: float, in_force: float = 0
    ) -> dict[str, Any]:
        if not spec.active:
            call = HttpCall(f"{CHAOS}/disable", "POST")
        else:
            ttl = math.ceil(in_force) + SPARE
            if ttl > TTL_MOST:
                self._notes.append(
                    f"{title}: the fault ends after {TTL_MOST} s at most"
                )
            plan = fault_written(spec)
            body = {**plan, "ttlSeconds": min(ttl, TTL_MOST), "reason": title[:500]}  # type: ignore[dict-item]
            if "errorRate" in body:
                body["errorRate"] = round(spec.error_rate, 6)
            call = HttpCall(CHAOS, "POST", body=body)
        return self._action(title, call, hold)

    def _action(self, title: str, call: HttpCall, hold: float) -> dict[str, Any]:
        activity = self._http("action", title, call)
        return {**activity, "pauses": {"after": _number(hold)}} if hold else activity

    def _probe(self, title: str, probe: Probe) -> dict[str, Any] | None:
        if isinstance(probe, HttpProbe):
            return self._answer(title, probe.call)
        told = rest_written(probe)
        if told is None:
            self._notes.append(f"{title}: cannot be told over REST, and is left out")
            return None
        path, tolerance = told
        return {**self._http("probe", title, HttpCall(path)), "tolerance": tolerance}

    def _answer(self, title: str, call: HttpCall) -> dict[str, Any]:
        wanted = call.tolerance
        statuses = [*call.statuses]
        tolerance: Any = statuses[0] if len(statuses) == 1 else statuses
        if wanted is not None and wanted.kind == "jsonpath":
            tolerance = {"type": "jsonpath", "path": wanted.pattern, "target": "body"}
            if len(wanted.expected) == 1:
                tolerance["expect"] = [wanted.expected[0]]
            elif wanted.expected:
                self._notes.append(f"{title}: any value there is enough")
        elif wanted is not None and wanted.kind == "regex":
            tolerance = {"type": "regex", "pattern": wanted.pattern, "target": "body"}
        elif wanted is not None:
            tolerance = wanted.pattern
            self._notes.append(f"{title}: the answer has to be that text alone")
        return {**self._http("probe", title, call), "tolerance": tolerance}

    def _http(self, kind: str, title: str, call: HttpCall) -> dict[str, Any]:
        headers = {**(call.headers or {}), "Authorization": f"Bearer ${{{TOKEN}}}"}
        provider: dict[str, Any] = {
            "type": "http",
            "url": f"${{{URL}}}{call.path}",
            "method": call.method,
            "timeout": _number(call.timeout),
        }
        if call.body is not None:
            headers["Content-Type"] = _JSON
            provider["arguments"] = call.body
        if kind == "action" and len(call.statuses) == 1:
            provider["expected_status"] = call.statuses[0]
        provider["headers"] = headers
        return {"type": kind, "name": title, "provider": provider}

    def _mode(self, check: Check) -> None:
        if check.mode != "atEnd":
            self._once.append(said(check.title))

    def _wall(self, seconds: float) -> float:
        return self._scenario.wall(seconds, scale=self._scale)


def _number(value: float) -> float:
    return int(value) if value == int(value) else round(value, 6)
