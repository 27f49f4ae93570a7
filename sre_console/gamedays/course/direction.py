"""One turn of a run: what is due now, and what is to be done about it. Pure.

The runner calls it once a second with what it sees; the course it changes is stored after each
turn, so that another process can go on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.course.acts import Act, Ask, SetFaults, Settle, Tell
from sre_console.gamedays.course.course import AFTER, STEADY, Course, Ending, Phase
from sre_console.gamedays.course.seen import Seen
from sre_console.gamedays.course.watching import ANSWERED_WITHIN, Watch, undecided
from sre_console.gamedays.scenarios.probes import HttpCall, HttpProbe
from sre_console.gamedays.scenarios.scenario import Condition, Ramp, Scenario, Step

# A turn comes each second, and a little late or early: what is due within half of one is due.
LATE = 0.5  # wall seconds
# The last seconds are counted when the replicas have flushed them; not for ever.
COUNTED_WITHIN = 10.0  # wall seconds
NONE = FaultSpec()


class Direction:
    """The acts of one turn end up in `acts`, in their order."""

    def __init__(
        self,
        scenario: Scenario,
        course: Course,
        seen: Seen,
        *,
        scale: float,
        speed: float,
    ) -> None:
        self._scenario = scenario
        self._course = course
        self._seen = seen
        self._scale, self._speed = scale, speed
        self.acts: list[Act] = []
        self._watch = Watch(course, seen, self.acts, self._wall)

    def turn(self) -> list[Act]:
        phases: dict[Phase, Callable[[], None]] = {
            "steady": self._steady,
            "steps": self._steps,
            "after": self._after,
            "rollback": self._rollback,
            "closing": self._closing,
        }
        before: Phase = "over"
        while before != self._course.phase != "over":
            before = self._course.phase
            phases[before]()
        return self.acts

    def end(self, ending: Ending) -> None:
        """It is over before its time: the faults end, and its rollbacks run."""
        self.acts += ended(self._course, ending, self._seen.at)

    # -- phases ------------------------------------------------------------------------------

    def _steady(self) -> None:
        decided = self._conditions(STEADY)
        if decided is None:
            return
        if not decided:
            failed = self._course.failed[-1]
            title = self._scenario.steady_state[int(failed.id.split(".")[1])].title
            self.end(Ending("steady-state", title.get("en", "")))
            return
        self._course.run = self._seen.counted
        self._course.firing_before = [
            list(key) for key, state in self._seen.alerts.items() if state == "firing"
        ]
        self._phase("steps")
        self._begin(0, self._seen.at)

    def _steps(self) -> None:
        steps, course = self._scenario.steps, self._course
        for _ in range(len(steps) + 1):
            step = steps[course.step]
            if (met := self._met()) is not None:
                self.end(Ending("condition", met.title.get("en", "")))
                return
            if self._seen.at > course.began + LATE:
                self._watch.watch(step.checks)
            self._ramp(step)
            due = self._due(step)
            if course.phase != "steps" or due is None or self._seen.at < due - LATE:
                return
            if not self._watch.closed(step.checks, due):
                return
            self.acts.append(_step_over(course, "done", self._seen.at))
            if course.step + 1 == len(steps):
                course.ended = self._seen.at
                self.acts.append(SetFaults(NONE))
                self._phase("after")
                return
            self._begin(course.step + 1, due)

    def _after(self) -> None:
        if self._conditions(AFTER) is not None:
            self._phase("rollback")

    def _rollback(self) -> None:
        steps, course = self._scenario.rollbacks, self._course
        while course.step < 0 or self._rolled(steps[course.step]):
            if course.step + 1 >= len(steps):
                self._phase("closing")
                return
            self._begin_rollback(course.step + 1)

    def _closing(self) -> None:
        newest = self._seen.newest
        began = self._course.phase_began
        counted = newest is not None and newest + 1 >= began
        if counted or self._seen.at - began > COUNTED_WITHIN:
            self._phase("over")
            self.acts.append(Settle())

    # -- a step ------------------------------------------------------------------------------

    def _begin(self, index: int, planned: float) -> None:
        course, step = self._course, self._scenario.steps[index]
        course.step = index
        # after an interruption the time that was planned is long past
        late = self._seen.at - planned > 1 + LATE
        course.began = self._seen.at if late else planned
        course.holds_since, course.part, course.asked = None, 0, False
        course.at_step = self._seen.counted
        course.step_states[str(index)] = "now"
        course.step_times[str(index)] = [course.began, None]
        for check in step.checks:
            course.standing(check.id).state = "watching"
        self.acts.append(Tell("step_began", index))
        if step.note:
            self.acts.append(Tell("note", index))
        if step.fault is not None:
            self._set(step.fault)
        if step.ramp is not None:
            self._set(part_of(step.ramp, 0))
        if step.action is not None:
            self._act(f"action.{index}", step.action)

    def _due(self, step: Step) -> float | None:
        """When it is over; None while that is not known."""
        course = self._course
        if step.wait is not None and course.holds_since is None:
            self._waited(step)
        if step.action is not None and course.holds_since is None:
            self._answered(
                step.action, f"action.{course.step}", f"{course.step}.action"
            )
        if step.wait is None and step.action is None:
            return course.began + self._wall(step.seconds)
        if course.holds_since is None:
            return None
        return course.holds_since + self._wall(step.seconds)

    def _waited(self, step: Step) -> None:
        assert step.wait is not None  # noqa: S101 - the caller has looked
        course = self._course
        standing = course.standing(f"{course.step}.wait")
        found = self._watch.looked(step.wait, standing.id)
        took = self._seen.at - course.began
        if found.holds is not None:
            standing.got, standing.value = found.got, found.value
        if found.holds and took > LATE:
            standing.got = f"{found.got}, after {took:.1f} s"
            course.holds_since = self._seen.at
            self._watch.decide(standing, "passed")
        elif took > self._wall(step.within or 0.0) + LATE:
            self._watch.decide(standing, "failed")
            if step.or_else == "stop":
                self.end(Ending("wait", step.title.get("en", "")))
            else:
                course.step_states[str(course.step)] = "failed"
                course.holds_since = self._seen.at

    def _answered(self, call: HttpCall, key: str, check: str) -> None:
        course = self._course
        answered = self._seen.http.get(key)
        late = self._seen.at - course.began > call.timeout + ANSWERED_WITHIN
        if answered is None and not late:
            return
        standing = course.standing(check)
        standing.got = answered.said if answered else "no answer"
        right = answered is not None and answered.right
        self._watch.decide(standing, "passed" if right else "failed")
        if not right:
            course.step_states[str(course.step)] = "failed"
        course.holds_since = self._seen.at

    def _ramp(self, step: Step) -> None:
        if step.ramp is None:
            return
        each = self._wall(step.seconds) / step.ramp.parts
        done = int((self._seen.at - self._course.began + LATE) / each) if each else 0
        part = min(done, step.ramp.parts - 1)
        if part > self._course.part:
            self._course.part = part
            self._set(part_of(step.ramp, part))

    # -- rollbacks ---------------------------------------------------------------------------

    def _begin_rollback(self, index: int) -> None:
        course, step = self._course, self._scenario.rollbacks[index]
        course.step, course.began, course.holds_since = index, self._seen.at, None
        self.acts.append(Tell("rollback", None, {"title": dict(step.title)}))
        if step.action is not None:
            self._act(f"rollback.{index}", step.action)

    def _rolled(self, step: Step) -> bool:
        """Whether this rollback is over; one that fails is told of, and the next one runs."""
        course = self._course
        if step.action is not None and course.holds_since is None:
            answered = self._seen.http.get(f"rollback.{course.step}")
            patience = step.action.timeout + ANSWERED_WITHIN
            if answered is None and self._seen.at - course.began <= patience:
                return False
            said = answered.said if answered else "no answer"
            right = answered is not None and answered.right
            told = {"title": dict(step.title), "got": said, "right": right}
            self.acts.append(Tell("rolled_back", None, told))
            course.holds_since = self._seen.at
        began = course.holds_since or course.began
        return self._seen.at >= began + self._wall(step.seconds) - LATE

    # -- parts -------------------------------------------------------------------------------

    def _wall(self, seconds: float) -> float:
        return self._scenario.wall(seconds, scale=self._scale, speed=self._speed)

    def _phase(self, phase: Phase) -> None:
        _phase(self._course, phase, self._seen.at)

    def _set(self, spec: FaultSpec) -> None:
        self.acts.append(SetFaults(spec, self._course.step))

    def _act(self, key: str, call: HttpCall) -> None:
        self._course.asked = True
        self.acts.append(Ask(key, call))

    def _met(self) -> Condition | None:
        for number, condition in enumerate(self._scenario.stop_when):
            if self._watch.looked(condition.probe, f"stop.{number}").holds:
                return condition
        return None

    def _conditions(self, where: str) -> bool | None:
        """Whether the steady state holds; None while answers are waited for."""
        waits = False
        for number, condition in enumerate(self._scenario.steady_state):
            standing = self._course.standing(f"{where}.{number}")
            if standing.state in {"passed", "failed"}:
                continue
            found = self._watch.looked(condition.probe, standing.id)
            standing.got, standing.value = found.got, found.value
            if found.holds is None and isinstance(condition.probe, HttpProbe):
                patience = condition.probe.call.timeout + ANSWERED_WITHIN
                if self._seen.at - self._course.phase_began < patience:
                    waits = True
                    continue
            self._watch.decide(standing, "passed" if found.holds else "failed")
        if waits:
            return None
        states = [s.state for s in self._course.checks if s.step == where]
        return "failed" not in states


def ended(course: Course, ending: Ending, at: float) -> list[Act]:
    """Leave off where it is; the acts that this takes."""
    acts: list[Act] = []
    course.ending, course.ended = ending, at
    if course.phase == "steps" and course.step >= 0:
        state = "failed" if ending.kind == "wait" else "skipped"
        acts.append(_step_over(course, state, at))
    for standing in undecided(course):
        standing.state = "not_reached"
    if course.phase not in {"rollback", "closing"}:  # they run once
        _phase(course, "rollback", at)
    return [*acts, SetFaults(NONE)]


def _phase(course: Course, phase: Phase, at: float) -> None:
    course.phase, course.phase_began = phase, at
    if phase == "rollback":
        course.step = -1


def _step_over(course: Course, state: str, at: float) -> Tell:
    index = str(course.step)
    if course.step_states.get(index) != "failed":
        course.step_states[index] = state
    course.step_times[index][1] = at
    return Tell("step_ended", course.step, {"state": course.step_states[index]})


def part_of(ramp: Ramp, part: int) -> FaultSpec:
    """The faults of one part, on the straight line between both ends."""
    along = part / (ramp.parts - 1) if ramp.parts > 1 else 1.0
    changed: dict[str, Any] = {}
    for each in fields(FaultSpec):
        a, b = getattr(ramp.begin, each.name), getattr(ramp.end, each.name)
        if isinstance(a, bool) or not isinstance(a, int | float) or a == b:
            continue
        value = a + (b - a) * along
        whole = isinstance(a, int) and isinstance(b, int)
        changed[each.name] = round(value) if whole else value
    return replace(ramp.end, **changed)
