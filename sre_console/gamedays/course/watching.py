"""How the checks of a step are decided, look by look. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sre_console.gamedays.course.acts import Act, Ask, Tell
from sre_console.gamedays.course.course import Course, Standing
from sre_console.gamedays.course.seen import Look, Seen, look
from sre_console.gamedays.scenarios.probes import HttpProbe, Probe
from sre_console.gamedays.scenarios.scenario import Check

# What is so within a second is seen at the beat after it, and the beat is late by its own work.
BEAT = 1.5  # wall seconds
# A request at the end of a step may take its own time, and an answer is seen a beat later.
ANSWERED_WITHIN = 2.0  # wall seconds on top of the request's timeout


@dataclass(slots=True)
class Watch:
    """One turn's looks; `acts` collects what is to be done."""

    course: Course
    seen: Seen
    acts: list[Act]
    wall: Callable[[float], float]  # a duration of the scenario in wall seconds

    def looked(self, probe: Probe, key: str) -> Look:
        if isinstance(probe, HttpProbe):
            self.acts.append(Ask(key, probe.call))
        return look(
            probe,
            self.seen,
            key=key,
            run=self.course.run,
            step=self.course.at_step,
        )

    def watch(self, checks: tuple[Check, ...]) -> None:
        """Look at those that are decided while the step goes on."""
        for check in checks:
            standing = self.course.standing(check.id)
            if check.mode == "atEnd" or standing.state in {"passed", "failed"}:
                if check.mode == "atEnd" and not isinstance(check.probe, HttpProbe):
                    self._note(standing, self.looked(check.probe, check.id))
                continue
            found = self.looked(check.probe, check.id)
            self._note(standing, found)
            if check.mode == "always" and found.holds is False:
                self.decide(standing, "failed")
            elif check.mode == "eventually":
                self._awaited(check, standing, found)

    def closed(self, checks: tuple[Check, ...], due: float) -> bool:
        """Decide the rest as the step ends; False while an answer is waited for."""
        waits = False
        for check in checks:
            standing = self.course.standing(check.id)
            if standing.state in {"passed", "failed"}:
                continue
            if check.mode == "always" and standing.got:
                self.decide(standing, "passed")
            elif check.mode == "eventually":
                self.decide(standing, "failed")
            else:
                waits |= not self._at_end(check, standing, due)
        return not waits

    def decide(self, standing: Standing, state: str) -> None:
        standing.state = state  # type: ignore[assignment]
        standing.at = self.seen.at
        step = standing.step if isinstance(standing.step, int) else None
        kind = f"check_{state}"
        self.acts.append(Tell(kind, step, {"check": standing.id, "got": standing.got}))

    def _awaited(self, check: Check, standing: Standing, found: Look) -> None:
        took = self.seen.at - self.course.began
        deadline = None if check.within is None else self.wall(check.within) + BEAT
        if found.holds and (deadline is None or took <= deadline):
            standing.got = f"{found.got}, after {took:.1f} s"
            self.decide(standing, "passed")
        elif deadline is not None and took > deadline:
            self.decide(standing, "failed")

    def _at_end(self, check: Check, standing: Standing, due: float) -> bool:
        """Whether it is decided."""
        found = self.looked(check.probe, check.id)
        if found.holds is None and isinstance(check.probe, HttpProbe):
            patience = check.probe.call.timeout + ANSWERED_WITHIN
            if self.seen.at < due + patience:
                return False
        self._note(standing, found)
        self.decide(standing, "passed" if found.holds else "failed")
        return True

    @staticmethod
    def _note(standing: Standing, found: Look) -> None:
        if standing.state == "to_come":
            standing.state = "watching"
        if found.holds is not None:
            standing.got, standing.value = found.got, found.value


def undecided(course: Course) -> Iterator[Standing]:
    return (each for each in course.checks if each.state in {"to_come", "watching"})
