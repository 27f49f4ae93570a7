"""Scenarios for tests: one as text, to be changed, and a strategy of any."""

from __future__ import annotations

from hypothesis import strategies as st

from sre_console.chaos.faults.registry import Bounds, known
from sre_console.chaos.plan import METHODS, FaultSpec
from sre_console.gamedays.scenarios.known import Known
from sre_console.gamedays.scenarios.probes import (
    AlertProbe,
    BreakerProbe,
    HttpCall,
    HttpProbe,
    SloProbe,
    StatusProbe,
    Tolerance,
)
from sre_console.gamedays.scenarios.scenario import (
    Check,
    Condition,
    Expected,
    Guardrails,
    Ramp,
    Scenario,
    Step,
)
from sre_console.gamedays.scenarios.step_reading import MODES
from sre_console.slo.windows import WINDOWS

KNOWN = Known(
    alerts=(
        ("HighErrorRate", None),
        ("ErrorBudgetBurn1h", "availability"),
        ("ErrorBudgetBurn1h", "latency"),
    ),
    slos=("availability", "latency"),
)

SMALL = """\
apiVersion: ironclad/v1
kind: Scenario
metadata:
  name: small
  title: Small
spec:
  hypothesis: Nothing happens.
  steps:
    - title: Errors
      fault: {errorRate: 0.01}
      for: 1h
      checks:
        - title: Nobody is paged
          always: {alert: ErrorBudgetBurn1h, slo: availability, is: quiet}
"""


def with_step(step: str) -> str:
    """SMALL with one more step, from line 14 on."""
    return f"{SMALL}    - {step}\n"


def with_probe(probe: str) -> str:
    """SMALL that begins with a probe, in line 10."""
    return SMALL.replace("  steps:\n", f"  steadyState:\n    - title: S\n      that: {probe}\n  steps:\n")  # fmt: skip


words = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp")), min_size=1, max_size=20
).map(str.strip).filter(bool)  # fmt: skip
# what YAML 1.1 or JSON would read as something else, among them
texts_of_one = words | st.sampled_from(["null", "yes", "1e5", "0x1f", "1_000", "~", "- a", "a: b", "on"])  # fmt: skip
texts = st.dictionaries(st.sampled_from(["es", "de-AT"]), texts_of_one).flatmap(
    lambda others: texts_of_one.map(lambda english: {"en": english, **others})
)
names = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
seconds = (
    st.integers(1, 3600) | st.floats(0.001, 3600) | st.sampled_from([0.5, 90.0, 7200.0])
).map(float)


def _number(bounds: Bounds) -> st.SearchStrategy[float]:
    if bounds.whole:
        return st.integers(0, int(bounds.most))
    return st.floats(0, bounds.most).map(lambda n: round(n, 6) + 0.0)


faults = st.builds(
    FaultSpec,
    **{b.attribute: _number(b) for fault in known() for b in fault.bounds},
    methods=st.lists(st.sampled_from(METHODS), unique=True).map(
        lambda some: tuple(name for name in METHODS if name in some)
    ),
    path_prefix=st.sampled_from(["/api/users", "/api/users/1"]),
)
random_faults = faults.flatmap(
    lambda spec: st.integers(0, 9).map(
        lambda seed: FaultSpec(spec.error_rate, "random", seed)
    )
)
tolerances = st.one_of(
    st.builds(Tolerance, st.just("contains"), words),
    st.builds(Tolerance, st.just("regex"), st.sampled_from(["a+", "^ok$", "[0-9]{3}"])),
    st.builds(
        Tolerance,
        st.just("jsonpath"),
        st.sampled_from(["$.status", "$.slos[0]['name']", "$[*].a"]),
        st.lists(st.none() | st.booleans() | st.integers() | words, max_size=3).map(tuple),
    ),
)  # fmt: skip
headers = st.none() | st.just({"Accept": "application/json", "X-Note": " a b"})
statuses = st.lists(st.integers(100, 599), min_size=1, max_size=3).map(tuple)
paths = st.sampled_from(["/health", "/api/users?limit=1&search=a%20b", "/api/users/7"])
timeouts = st.floats(0.1, 60)
looks = st.builds(
    HttpCall, paths, st.sampled_from(["GET", "HEAD"]), headers, st.none(), statuses,
    timeouts, st.none() | tolerances,
)  # fmt: skip
bodies = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | texts_of_one,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(words, inner, max_size=2),
    max_leaves=4,
)  # fmt: skip
actions = st.builds(
    HttpCall, paths, st.sampled_from(["POST", "PUT", "PATCH", "DELETE"]), headers,
    st.none() | bodies, statuses, timeouts,
)  # fmt: skip
values = st.floats(0, 1) | st.integers(0, 1).map(float)
slo_probes = st.one_of(
    st.builds(
        SloProbe, words, st.just("burn"), st.sampled_from(["above", "below"]),
        st.floats(0, 1e6), st.sampled_from([*WINDOWS]),
    ),
    st.builds(
        SloProbe, words, st.sampled_from(["badEvents", "budgetSpent", "badRatio"]),
        st.just("near"), st.floats(1e-6, 1), st.none(), st.floats(1e-6, 1),
        st.just("run"),
    ),
    st.builds(
        SloProbe, words, st.just("budgetRemaining"), st.just("below"),
        st.floats(-10, 1),
    ),
)  # fmt: skip
probes = st.one_of(
    st.builds(AlertProbe, words, st.sampled_from(["firing", "quiet", "pending"]), st.none() | words),
    slo_probes,
    st.builds(StatusProbe, words, st.lists(st.sampled_from(["ok", "at_risk", "no_data"]), min_size=1, unique=True).map(tuple)),
    st.builds(BreakerProbe, words, st.sampled_from(["closed", "open", "half_open"])),
    st.builds(HttpProbe, looks),
)  # fmt: skip
notes = st.none() | texts


@st.composite
def ramps(draw: st.DrawFn) -> Ramp:
    begin, rate = draw(faults), draw(st.floats(0, 1))
    end = FaultSpec(
        round(rate, 6) + 0.0, methods=begin.methods, path_prefix=begin.path_prefix
    )
    return Ramp(begin, end, draw(st.integers(2, 100)))


plain_steps = st.one_of(
    st.builds(Step, texts, seconds, fault=faults | random_faults, note=notes),
    st.builds(Step, texts, seconds, action=actions, note=notes),
    st.builds(Step, texts, st.just(0.0) | seconds, note=notes),
)


@st.composite
def steps(draw: st.DrawFn, index: int) -> Step:
    step = draw(
        plain_steps
        | st.builds(Step, texts, seconds, ramp=ramps())
        | st.builds(Step, texts, wait=probes, within=seconds, or_else=st.sampled_from(["stop", "go-on"]))
    )  # fmt: skip
    checks = []
    for number in range(1, draw(st.integers(0, 2)) + 1):
        mode = draw(st.sampled_from(MODES))
        within = None
        if mode == "eventually" and step.longest > 0:
            within = draw(st.none() | st.just(step.longest))
        weight = draw(st.sampled_from([1.0, 0.1, 2.0, 100.0]))
        checks.append(Check(f"{index}.{number}", draw(texts), mode, draw(probes), weight, within))  # fmt: skip
    return Step(**{name: getattr(step, name) for name in Step.__slots__ if name != "checks"}, checks=tuple(checks))  # fmt: skip


conditions = st.lists(st.builds(Condition, texts, probes), max_size=2).map(tuple)
ratios = st.floats(0.001, 1)


def _sets_nothing(step: Step) -> bool:
    return step.fault is None or not step.fault.active


@st.composite
def scenarios(draw: st.DrawFn) -> Scenario:
    count = draw(st.integers(1, 4))
    name = draw(names)
    others = st.lists(names.filter(lambda other: other != name), max_size=2, unique=True)  # fmt: skip
    expected = st.builds(Expected, words, st.none() | words)
    return Scenario(
        name=name,
        title=draw(texts),
        hypothesis=draw(texts),
        steps=tuple(draw(steps(index)) for index in range(count)),
        description=draw(notes),
        clock=draw(st.sampled_from(["slo", "wall"])),
        on_interruption=draw(st.sampled_from(["continue", "rollback"])),
        compatible_with=tuple(draw(others)),
        expects=tuple(draw(st.lists(expected, max_size=3, unique=True))),
        guardrails=Guardrails(
            draw(st.none() | ratios),
            draw(st.none() | ratios),
            draw(st.none() | st.floats(5, 86_400)),
        ),
        steady_state=draw(conditions),
        stop_when=draw(conditions),
        rollbacks=tuple(draw(st.lists(plain_steps.filter(_sets_nothing), max_size=2))),
    )
