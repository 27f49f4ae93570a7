"""One turn of one run, inside the transaction that the runner has opened for it."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from functools import lru_cache

from ironclad.errors import Conflict, IroncladError, PermissionRefused
from sre_console.chaos.rows import fields_of
from sre_console.gamedays.course import endings, guardrails
from sre_console.gamedays.course.acts import Act, Ask, SetFaults, Settle, Tell
from sre_console.gamedays.course.course import Course, Ending
from sre_console.gamedays.course.direction import NONE, Direction
from sre_console.gamedays.course.guardrails import Limits
from sre_console.gamedays.course.seen import Seen
from sre_console.gamedays.outcome.record import noted
from sre_console.gamedays.running.asking import Asker
from sre_console.gamedays.running.holding import Hold
from sre_console.gamedays.running.settling import run_ended, settled
from sre_console.gamedays.scenarios.reading import scenario_from
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.rules import Limit
from sre_console.models import GameDay
from sre_console.slo import lookup

AWAY = 5.0  # wall seconds between two turns that are an interruption
# All that a turn changes which neither starts a run nor ends it.
_TURNED = ("cursor", "checks", "turned_at")
_ABSENCE = ("beatAgeSeconds", "sampleLagSeconds", "databaseAwaySeconds", "requests")
LEASE = 60.0  # seconds: after that the faults ended by themselves, and are not put back


class Turn:
    """`asked` collects what is to be sent once the transaction is committed."""

    def __init__(self, row: GameDay, seen: Seen, asker: Asker) -> None:
        self._row = row
        self._scenario = _scenario(json.dumps(row.document))
        self._course = Course.read(row.cursor, row.checks)
        self._limits = Limits.read(row.guardrails)
        self._seen = replace(seen, http=asker.answers(prefix(row)))
        self._at = lookup.moment(seen.at)
        self._hold = Hold(row, self._course, self._limits, seen.at)
        self._direction = Direction(
            self._scenario,
            self._course,
            self._seen,
            scale=row.scale,
            speed=row.speed,
        )
        self.asked: list[Ask] = []

    def take(self) -> None:
        """All that is due; stored in the row, which is locked."""
        course, row = self._course, self._row
        before = _stage(row)
        if row.started_at is None:
            row.started_at = self._at
            self._tell(Tell("started"))
        if row.state == "running" and course.phase in {"steady", "steps", "after"}:
            self._tell_changes()
            ending = self._stops() or self._unheld()
            if ending is not None:
                self._stop(ending)
        for act in self._direction.turn():  # grows by what is refused meanwhile
            self._carry_out(act)
        if course.ending is not None and row.state == "running":
            run_ended(row, course.ending, self._at)
        self._count_requests()
        row.cursor = course.json()
        row.checks = [asdict(each) for each in course.checks]
        row.turned_at = self._at
        row.save(update_fields=_TURNED if _stage(row) == before else None)

    @property
    def over(self) -> bool:
        return self._course.phase == "over"

    # -- why it stops ------------------------------------------------------------------------

    def _stops(self) -> Ending | None:
        ending = self._interrupted()
        if ending is not None or self._course.phase == "steady":
            return ending
        seen, course = self._seen, self._course
        spent, out = self._hold.spent() if self._limits.allowed else ({}, set())
        attended = None
        if self._row.attended_at is not None and not self._row.unattended:
            # while nobody ran it, no console could tell that it was there
            attended = max(
                self._row.attended_at.timestamp(), course.continued_at or 0.0
            )
        before = {(str(name), slo) for name, slo in course.firing_before}
        return (
            guardrails.silent(
                seen, last_request=self._last_request(), since=course.continued_at
            )
            or guardrails.spent_out(
                self._limits, spent, out, seen.counted.since(course.run)
            )
            or guardrails.breached(self._limits, seen, course.aftermath_at)
            or guardrails.unexpected(self._scenario, seen, before)
            or guardrails.absent(
                self._limits,
                attended=attended,
                at=seen.at,
            )
        )

    def _last_request(self) -> float | None:
        """None: there has been none, and nothing is injected that one could tell of."""
        began = self._row.started_at
        if self._course.request_at is None and self._scenario.injects and began:
            return began.timestamp()
        return self._course.request_at

    def _interrupted(self) -> Ending | None:
        lost = self._hold.lost()
        if lost:
            return Ending(endings.INTERRUPTED, lost)
        turned = self._row.turned_at
        gap = 0.0 if turned is None else self._seen.at - turned.timestamp()
        if gap <= AWAY:
            return None
        seconds = round(gap, 1)
        self._tell(Tell("interrupted", self._course.step, {"seconds": seconds}))
        if self._scenario.on_interruption == "rollback":
            said = (
                f"nobody ran it for {seconds:g} s, and it asks to be rolled back then"
            )
            return Ending(endings.INTERRUPTED, said)
        if gap > LEASE:
            said = f"nobody ran it for {seconds:g} s, longer than its faults may last"
            return Ending(endings.INTERRUPTED, said)
        self._tell(Tell("continued", self._course.step, {"seconds": seconds}))
        self._course.continued_at = self._seen.at
        self._course.firing_before += [[name, None] for name in _of_absence()]
        return None

    def _stop(self, ending: Ending) -> None:
        if ending.kind in endings.GUARDRAILS:
            told = {"guardrail": ending.kind, "reason": ending.reason}
            self._tell(Tell("guardrail", self._course.step, told))
        self._direction.end(ending)

    # -- what it does ------------------------------------------------------------------------

    def _carry_out(self, act: Act) -> None:
        match act:
            case Tell():
                self._tell(act)
            case Ask():
                self.asked.append(act)
            case SetFaults():
                self._set(act)
            case Settle():
                self._hold.release()
                settled(self._row, self._course, self._at)

    def _set(self, act: SetFaults) -> None:
        course = self._course
        fields = dict(fields_of(act.spec))
        same = fields == course.spec if act.spec.active else not course.spec
        if same or not self._scenario.injects:
            return
        if self._row.state != "running":
            return  # somebody has stopped it, and the faults with it
        try:
            version = self._hold.put(act.spec)
        except (Conflict, PermissionRefused) as refused:
            if course.ending is None:
                self._stop(_refusal(refused))
            return
        kind = "fault_set" if act.spec.active else "fault_ended"
        told = fields if act.spec.active else {}
        self._tell(Tell(kind, act.step, {"version": version, "fault": told}))

    def _unheld(self) -> Ending | None:
        """Hold the plan from the start on, keep the lease up, and deal anew where that is due."""
        course = self._course
        if not self._scenario.injects:
            return None
        try:
            if course.version is None:
                self._hold.put(NONE)
            elif not self._hold.renew():  # before anything is set: it is not put back
                return Ending(endings.INTERRUPTED, "the lease of its faults ran out")
            elif self._hold.uneven():
                told = {"version": self._hold.put_again(), "fault": course.spec}
                self._tell(Tell("fault_set", course.step, told))
        except (Conflict, PermissionRefused) as refused:
            return _refusal(refused)
        return None

    # -- what it tells -----------------------------------------------------------------------

    def _tell(self, told: Tell) -> None:
        noted(self._row, told.kind, at=self._at, step=told.step, detail=told.detail)

    def _tell_changes(self) -> None:
        """Alerts and breakers that have changed since the last turn."""
        course, seen = self._course, self._seen
        step = course.step if course.step >= 0 else None
        firing = [list(key) for key, state in seen.alerts.items() if state == "firing"]
        breakers = {
            name: ", ".join(dict.fromkeys(states))
            for name, states in seen.breakers.items()
            if set(states) != {"closed"}
        }
        if self._row.turned_at is not None:
            for kind, these, those in (
                ("alert_fired", firing, course.firing),
                ("alert_cleared", course.firing, firing),
            ):
                for name, slo in these:
                    if [name, slo] not in those:
                        self._tell(Tell(kind, step, {"alert": name, "slo": slo}))
            for name in breakers.keys() | course.breakers.keys():
                now = breakers.get(name, "closed")
                if now != course.breakers.get(name, "closed"):
                    told = {"breaker": name, "state": now}
                    self._tell(Tell("breaker_changed", step, told))
        course.firing, course.breakers = firing, breakers
        behind = ("dependency_error_rate", "dependency_latency_ms")
        if any(course.spec.get(name) for name in behind) or (
            breakers and course.aftermath_at is not None
        ):
            course.aftermath_at = seen.at

    def _count_requests(self) -> None:
        course, seen = self._course, self._seen
        total = seen.counted.total
        if course.requests is not None and total > course.requests:
            course.request_at = seen.newest
        course.requests = total


@lru_cache(maxsize=8)
def _scenario(document: str) -> Scenario:
    """It is the same in every turn of a run."""
    return scenario_from(json.loads(document))


def _stage(row: GameDay) -> tuple[object, ...]:
    return row.started_at, row.state, row.settled


def _of_absence() -> list[str]:
    """The alerts that an interruption itself raises: nobody judged, stored or asked."""
    return [
        rule.name
        for rule in catalogue().rules
        if isinstance(rule.condition, Limit) and rule.condition.signal in _ABSENCE
    ]


def _refusal(error: IroncladError) -> Ending:
    floor = isinstance(error, Conflict) and "budget" in str(error)
    return Ending(endings.FLOOR if floor else endings.ERROR, str(error)[:500])


def prefix(row: GameDay) -> str:
    """Of the keys under which its requests are asked."""
    return f"{row.pk}."
