from __future__ import annotations

import pytest

from sre_console.gamedays.scenarios.problems import Problem, ScenarioInvalid
from sre_console.gamedays.scenarios.reading import scenario_from, scenario_read
from tests.unit.gamedays.scenarios import KNOWN, SMALL, with_probe, with_step


def refused(text: str) -> list[Problem]:
    with pytest.raises(ScenarioInvalid) as refusal:
        scenario_read(text, "it.yaml", known=KNOWN)
    return refusal.value.problems


def only(text: str) -> tuple[int, str]:
    problems = refused(text)
    assert len(problems) == 1, problems
    return problems[0].line, str(problems[0])


def test_every_problem_is_named_with_its_line_at_once() -> None:
    text = SMALL.replace("hypothesis", "hypotesis").replace("0.01", "2")
    assert [(each.line, each.column, str(each)) for each in refused(text)] == [
        (7, 3, "spec.hypotesis: is not known here; did you mean hypothesis?"),
        (7, 3, "spec.hypothesis: is missing"),
        (10, 26, "spec.steps[0].fault.errorRate: errorRate must be a number from 0 to 1."),
    ]  # fmt: skip


def test_its_message_names_file_line_and_field() -> None:
    with pytest.raises(ScenarioInvalid, match=r"^it.yaml:2:7: kind: must be one of Sc"):
        scenario_read(SMALL.replace("Scenario", "Cenario"), "it.yaml")


@pytest.mark.parametrize(
    ("probe", "problem"),
    [
        ("{alert: HighErorRate, is: quiet}", "alert: must be one of HighErrorRate, ErrorBudgetBurn1h; did you mean HighErrorRate?"),
        ("{alert: HighErrorRate, slo: latency, is: quiet}", "slo: HighErrorRate is of no SLO"),
        ("{alert: ErrorBudgetBurn1h, slo: error-rate, is: quiet}", "slo: must be one of availability, latency"),
        ("{alert: HighErrorRate, is: silent}", "is: must be one of firing, quiet, pending"),
        ("{alert: HighErrorRate}", "is: is missing"),
        ("{slo: availabilty, status: [ok]}", "slo: must be one of availability, latency; did you mean availability?"),
        ("{slo: latency}", " must have a measure or a status"),
        ("{slo: latency, status: [fine]}", "status[0]: must be one of ok, at_risk, burning, exhausted, no_data"),
        ("{slo: latency, status: [ok, ok]}", "status: must not name one twice"),
        ("{slo: latency, status: []}", "status: must hold at least one item"),
        ("{slo: latency, measure: burn, above: 1}", " must have a window: one of 5m, 30m, 1h, 2h, 6h, 1d, 3d"),
        ("{slo: latency, measure: burn, window: 10m, above: 1}", "window: must be one of 5m, 30m, 1h, 2h, 6h, 1d, 3d; did you mean 30m?"),
        ("{slo: latency, measure: badRatio, window: 5m, above: 1}", "window: goes with burn only"),
        ("{slo: latency, measure: badRatio, above: 2}", "above: must be a number from 0 to 1"),
        ("{slo: latency, measure: badRatio}", " must have exactly one of above, below, near"),
        ("{slo: latency, measure: badRatio, above: 0, below: 1}", " must have exactly one of above, below, near"),
        ("{slo: latency, measure: badEvents, near: 10}", " must have a tolerance beside near: a share of it"),
        ("{slo: latency, measure: badEvents, near: 0, tolerance: 0.1}", "near: must not be 0, of which there is no share"),
        ("{slo: latency, measure: badEvents, above: 1, tolerance: 0.1}", "tolerance: goes with near only"),
        ("{slo: latency, measure: budgetRemaining, above: 0, since: run}", "since: goes with budgetSpent, badEvents, badRatio only"),
        ("{slo: latency, measure: badEvents, above: 1, since: step}", " must be since: run, for there is no step here"),
        ("{breaker: databse, is: open}", "breaker: must be one of database; did you mean database?"),
        ("{breaker: database, is: ajar}", "is: must be one of closed, open, half_open"),
        ("{breaker: database, is: open, alert: HighErrorRate}", " must have exactly one of alert, slo, breaker, http"),
        ("quiet", " must be a probe: a mapping with alert, slo, breaker, http"),
        ("{http: {path: 'http://example.org/'}}", "http.path: must be a path of this service, such as /health"),
        ("{http: {path: //example.org/}}", "http.path: must be a path of this service, such as /health"),
        ("{http: {path: '/a/%2e%2e/b'}}", "http.path: must not hold . or .. segments"),
        ("{http: {path: /, method: POST}}", "http.method: must be one of GET, HEAD"),
        ("{http: {path: /, status: [20]}}", "http.status[0]: must be a whole number from 100 to 599"),
        ("{http: {path: /, within: 2m}}", "http.within: must be from 100ms to 1m"),
        ("{http: {path: /, headers: {Authorization: x}}}", "http.headers.Authorization: must not be here: a scenario holds no secrets"),
        ("{http: {path: /, headers: {X-Api-Key: x}}}", "http.headers.X-Api-Key: must not be here: a scenario holds no secrets"),
        ("{http: {path: /, headers: {Private-Token: x}}}", "http.headers.Private-Token: must not be here: a scenario holds no secrets"),
        ("{http: {path: /, headers: {Host: x}}}", "http.headers.Host: is not a header that a scenario may set"),
        ("{http: {path: /, headers: {X-Forwarded-For: x}}}", "http.headers.X-Forwarded-For: is not a header that a scenario may set"),
        ("{http: {path: /, headers: {x-forwarded-proto: x}}}", "http.headers.x-forwarded-proto: is not a header that a scenario may set"),
        ("{http: {path: /, headers: {Forwarded: x}}}", "http.headers.Forwarded: is not a header that a scenario may set"),
        ("{http: {path: /, headers: {X-Real-IP: x}}}", "http.headers.X-Real-IP: is not a header that a scenario may set"),
        ("{http: {path: /, headers: {X: 1}}}", "http.headers.X: must be one line of plain text; numbers in quotes"),
        ("{http: {path: /, body: {}}}", "http.body: must have exactly one of contains, regex, jsonpath"),
        ("{http: {path: /, body: {jsonpath: data}}}", "http.body.jsonpath: must begin with $, the whole answer"),
        ("{http: {path: /, body: {contains: a, is: b}}}", "http.body.is: goes with jsonpath only"),
        ("{http: {path: /, body: {jsonpath: $, is: {}}}}", "http.body.is: must be text, a number, true, false or null"),
    ],
)  # fmt: skip
def test_a_wrong_probe_is_named_by_its_line(probe: str, problem: str) -> None:
    path = "spec.steadyState[0].that"
    separator = ":" if problem.startswith(" ") else "."
    assert only(with_probe(probe)) == (10, f"{path}{separator}{problem}")


@pytest.mark.parametrize(
    ("step", "problem"),
    [
        ("fault: {errorRate: true}", "fault.errorRate: errorRate must be a number from 0 to 1."),
        ("fault: {latencyMs: 10001}", "fault.latencyMs: latencyMs must be a whole number from 0 to 10000."),
        ("fault: {errorrate: 0.1}", "fault.errorrate: is not known here; did you mean errorRate?"),
        ("fault: {ttlSeconds: 5, errorRate: 1}", "fault.ttlSeconds: is not known here"),
        ("fault: {}", "fault.errorRate: Name at least one fault, such as errorRate."),
        ("fault: off", "fault: must be none, or a mapping such as {errorRate: 0.01}"),
        ("fault: {errorRate: 1, seed: 1}", 'fault.seed: seed goes with pacing "random" only.'),
        ("fault: {errorRate: 1, target: {methods: [FETCH]}}", "fault.target.methods: methods must be a list of GET, HEAD, POST, PUT, PATCH, DELETE."),
        ("{fault: none, wait: {breaker: database, is: open}, within: 1m}", "wait: needs a step of its own: this one has fault"),
        ("wait: {breaker: database, is: open}", " must have within above 0: how long it waits at most"),
        ("within: 1m", "within: goes with wait only"),
        ("{orElse: stop}", "orElse: goes with wait only"),
        ("for: 31d", "for: must be from 0 to 30d"),
        ("for: 1w", "for: must be a duration such as 30s, 5m, 1h, 2d or 500ms, or seconds"),
        ("for: '60'", "for: must be a duration such as 30s, 5m, 1h, 2d or 500ms, or seconds"),
        ("for: -1", "for: must be from 0 to 30d"),
        ("title: 404", "title: must be text; put it in quotes"),
        ("title: {es: Hola}", "title: must have the text in English, as en"),
        ("title: {en: A, Spanish: B}", "title.Spanish: must be named by its language, such as en or es"),
        ('title: "a\\nb"', "title: must be one line"),
        ("ramp: {from: {errorRate: 0}, to: {errorRate: 1}, steps: 5}", " must have a for: the time that the ramp takes"),
        ("{ramp: {from: none, to: {errorRate: 1}, steps: 5}, for: 1m}", "ramp.from: must name its faults, such as {errorRate: 0}"),
        ("{ramp: {from: {errorRate: 0}, to: {errorRate: 1}, steps: 1}, for: 1m}", "ramp.steps: must be a whole number from 2 to 100"),
        ("{ramp: {from: {errorRate: 0}, to: {errorRate: 1, pacing: random}, steps: 2}, for: 1m}", "ramp.to: must have the target and pacing that from has"),
        ("action: {http: {path: /api/chaos/errors/1, method: POST}}", "action.http.path: is of the faults: use a step with fault"),
        ("action: {http: {path: '/api/%67ame-days', method: POST}}", "action.http.path: is of game days, which no scenario starts or ends"),
        ("action: {http: {path: /, body: {}}}", "action.http.body: goes with no GET"),
        ("checks: [{title: A}]", "checks[0]: must have exactly one of always, eventually, atEnd"),
        ("checks: [{title: A, always: {breaker: database, is: open}, within: 1s}]", "checks[0].within: goes with eventually only"),
        ("{for: 1m, checks: [{title: A, eventually: {breaker: database, is: open}, within: 2m}]}", "checks[0].within: must be above 0, and no longer than the step"),
        ("checks: [{title: A, always: {breaker: database, is: open}, weight: 0}]", "checks[0].weight: must be a number from 0.1 to 100"),
    ],
)  # fmt: skip
def test_a_wrong_step_is_named_by_its_line(step: str, problem: str) -> None:
    separator = ":" if problem.startswith(" ") else "."
    line, message = only(with_step(step))
    assert (line, message) == (15, f"spec.steps[1]{separator}{problem}")


@pytest.mark.parametrize(
    ("was", "becomes", "problem"),
    [
        ("name: small", "name: Small", (4, "metadata.name: must be lower-case letters, digits and dashes")),
        ("  hypothesis: Nothing happens.", "  hypothesis:", (7, "spec.hypothesis: must be text")),
        ("spec:\n", "spec:\n  clock: sloo\n", (7, "spec.clock: must be one of slo, wall; did you mean slo?")),
        ("spec:\n", "spec:\n  onInterruption: stop\n", (7, "spec.onInterruption: must be one of continue, rollback")),
        ("spec:\n", "spec:\n  compatibleWith: [small]\n", (7, "spec.compatibleWith[0]: must be another scenario, named once")),
        ("spec:\n", "spec:\n  expects: {alerts: [HighErrorRate, HighErrorRate]}\n", (7, "spec.expects.alerts[1]: must not be named twice")),
        ("spec:\n", "spec:\n  guardrails: {chaosBudget: 0}\n", (7, "spec.guardrails.chaosBudget: must be a number above 0, 1 at most")),
        ("spec:\n", "spec:\n  guardrails: {absence: 1s}\n", (7, "spec.guardrails.absence: must be from 5s to 1d")),
        ("spec:\n", "spec:\n  rollbacks: [{wait: {breaker: database, is: open}}]\n", (7, "spec.rollbacks[0].wait: is not known here")),
        ("spec:\n", "spec:\n  rollbacks: [{fault: {errorRate: 0.1}}]\n", (7, "spec.rollbacks[0].fault: must be none here: a rollback sets no faults")),
        ("metadata:\n  name: small\n  title: Small\n", "metadata: 1\n", (3, "metadata: must be a mapping")),
    ],
)  # fmt: skip
def test_what_is_wrong_elsewhere_is_named_by_its_line(
    was: str, becomes: str, problem: tuple[int, str]
) -> None:
    assert only(SMALL.replace(was, becomes)) == problem


def test_there_are_at_most_a_hundred_steps() -> None:
    text = SMALL + "    - for: 1s\n" * 100
    assert only(text) == (114, "spec.steps[100]: is one too many: 100 at most")


def test_there_are_at_most_a_thousand_checks() -> None:
    check = "        - {title: A, always: {breaker: database, is: open}}\n"
    text = SMALL + check * 500 + "    - checks:\n" + check * 500
    assert only(text) == (9, "spec.steps: must not hold more than 1,000 checks")


def test_it_takes_at_most_thirty_days() -> None:
    text = with_step("for: 30d")
    assert only(text) == (9, "spec.steps: must not take longer than 30d in all")


def test_what_has_no_file_has_no_line() -> None:
    with pytest.raises(ScenarioInvalid, match=r"^scenario: kind: is missing$"):
        scenario_from({"apiVersion": "ironclad/v1", "metadata": {"name": "a", "title": "A"}, "spec": {"hypothesis": "H", "steps": [{}]}})  # fmt: skip


def test_ramps_have_at_most_a_thousand_parts_in_all() -> None:
    ends = "from: {errorRate: 0}, to: {errorRate: 1}"
    text = SMALL + f"    - {{ramp: {{{ends}, steps: 100}}, for: 1m}}\n" * 11
    assert only(text) == (9, "spec.steps: must not ramp in more than 1,000 parts")
