"""What the page of one run is given: plain values, out of the JSON that the API answers with too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sre_console.audit.actor import SYSTEM
from sre_console.gamedays.telling import wording
from sre_console.models import GameDayEvent
from sre_console.pages import game_day_words as words
from sre_console.pages.incident_models import Mark
from sre_console.pages.incident_words import DASH, lasted

Json = Mapping[str, Any]

_LOOKS = {
    "to_come": "is-next",
    "now": "is-now",
    "done": "is-done",
    "failed": "is-failed",
    "skipped": "is-next",
}
_AROUND = {"steadyState": "before", "after": "after"}


@dataclass(frozen=True, slots=True)
class CheckLine:
    id: str
    title: str
    mark: Mark
    got: str
    weight: str  # empty for the usual


@dataclass(frozen=True, slots=True)
class StepLine:
    number: int
    title: str
    look: str
    word: str  # its state
    now: bool
    time: str
    note: str
    checks: tuple[CheckLine, ...]


@dataclass(frozen=True, slots=True)
class EventLine:
    at: datetime
    kind: str
    mark: wording.Mark
    number: int | None  # of the step that begins: its mark on the charts
    step: int | None  # counted from 1
    text: str
    who: str


@dataclass(frozen=True, slots=True)
class Run:
    """A game day as its page shows it."""

    id: int
    scenario: str
    title: str
    hypothesis: str
    mark: Mark
    state: str
    over: bool
    running: bool
    why: str  # how it ended, in a sentence
    step: int  # counted from 1; 0 before the first
    steps: tuple[StepLine, ...]
    before: tuple[CheckLine, ...]
    after: tuple[CheckLine, ...]
    checks_passed: int
    checks_failed: int
    checks_all: int
    score: str
    note: tuple[str, ...]  # of the step that is now, by paragraph
    started_by: str
    started: datetime | None
    ended: datetime | None
    lasted: str
    reason: str
    hidden: bool
    unattended: bool
    speed: str
    seed: str
    stopped_in: str  # how long STOP ALL took
    spends: str  # what guards its budget
    worst: str  # the SLO that the forecast is hardest on


def moment(text: object) -> datetime | None:
    return parse_datetime(text) if isinstance(text, str) else None


def run_of(day: Json) -> Run:
    steps: Sequence[Json] = day["steps"]
    checks: Sequence[Json] = day["checks"]
    states = [str(check["state"]) for check in checks]
    started, ended = moment(day["startedAt"]), moment(day["endedAt"])
    index = day["step"]
    # a run that was stopped goes on until its rollbacks are done and all is counted
    over = bool(day["settled"])
    note = "" if index is None or over else str(steps[index]["note"])
    return Run(
        id=day["id"],
        scenario=day["scenario"],
        title=day["title"],
        hypothesis=day["hypothesis"],
        mark=words.run_mark(day["state"], day["verdict"]),
        state=words.run_state(day["state"], day["verdict"]),
        over=over,
        running=day["state"] == "running",
        why=_why(day),
        step=0 if index is None else index + 1,
        steps=tuple(step_line(step, checks, over=over) for step in steps),
        before=_around(checks, "steadyState"),
        after=_around(checks, "after"),
        checks_passed=states.count("passed"),
        checks_failed=states.count("failed"),
        checks_all=len(states),
        score=words.percent(day.get("score"), 0),
        note=tuple(part for part in note.split("\n") if part.strip()),
        started_by=day["startedBy"],
        started=started,
        ended=ended,
        lasted=lasted((ended - started).total_seconds() if started and ended else None),
        reason=day.get("reason") or "",
        hidden=bool(day.get("drill")),
        unattended=bool(day.get("unattended")),
        speed=f"{day.get('speed') or 1:g}",
        seed=str(day.get("seed") if day.get("seed") is not None else DASH),
        stopped_in=_stopped_in(day.get("stopMilliseconds")),
        spends=_spends(day),
        worst=worst_of(day),
    )


def worst_of(day: Json) -> str:
    return str((day.get("forecast") or {}).get("worst") or "availability")


def _around(checks: Sequence[Json], where: str) -> tuple[CheckLine, ...]:
    return tuple(check_line(check) for check in checks if check["step"] == where)


def step_line(step: Json, checks: Sequence[Json], *, over: bool = False) -> StepLine:
    mine = [check for check in checks if check["step"] == step["index"]]
    state = str(step["state"])
    began, ended = moment(step.get("beganAt")), moment(step.get("endedAt"))
    took = (ended - began).total_seconds() if began and ended else step.get("seconds")
    return StepLine(
        number=step["index"] + 1,
        title=step["title"],
        # a step that was gone through may have shown something else than it should
        look="is-failed"
        if state == "done" and any(check["state"] == "failed" for check in mine)
        else _LOOKS[state],
        word=words.step_word(state),
        now=state == "now" and not over,
        time=lasted(took),
        note=step["note"],
        checks=tuple(check_line(check) for check in mine),
    )


def check_line(check: Json) -> CheckLine:
    weight = check.get("weight", 1)
    return CheckLine(
        id=check["id"],
        title=check["title"],
        mark=words.check_mark(check["state"]),
        got=check.get("got") or DASH,
        weight="" if weight == 1 else _("counts {n}×").format(n=f"{weight:g}"),  # noqa: RUF001
    )


def _why(day: Json) -> str:
    """What a person wants to know beside the word."""
    kind = wording.end_words(day["endKind"] or "")
    said = [kind and _("It ended before its time: {why}.").format(why=kind), day["endReason"]]  # fmt: skip
    return " ".join(part for part in said if part)


def _stopped_in(milliseconds: float | None) -> str:
    return "" if milliseconds is None else _("{n} ms").format(n=round(milliseconds))


def _spends(day: Json) -> str:
    guard = (day.get("guardrails") or {}).get("chaosBudget") or {}
    worst = worst_of(day)
    allowed = (guard.get("allowed") or {}).get(worst)
    if guard.get("limit") is None or allowed is None:
        return _("no limit of its own")
    spent = (guard.get("spent") or {}).get(worst, 0)
    return _("{spent} of {allowed} failures allowed").format(
        allowed=words.count(allowed), spent=words.count(spent)
    )


def checks_note(run: Run) -> str:
    if not run.checks_failed:
        return _("none failed")
    said = ngettext("{n} failed", "{n} failed", run.checks_failed)
    return said.format(n=run.checks_failed)


def event_lines(events: Iterable[GameDayEvent], day: Json) -> list[EventLine]:
    """In the order that they come in."""
    titles = {check["id"]: check["title"] for check in day["checks"]}
    return [
        EventLine(
            at=event.at,
            kind=event.kind,
            mark=_event_mark(event),
            number=event.step + 1
            if event.kind == "step_began" and event.step is not None
            else None,
            step=None if event.step is None else event.step + 1,
            text="\n".join(
                part
                for part in (wording.told(event.detail or {}, titles), event.text)
                if part
            ),
            who="" if event.actor == SYSTEM.name else event.actor,
        )
        for event in events
    ]


def _event_mark(event: GameDayEvent) -> wording.Mark:
    mark = wording.event_mark(event.kind)
    if event.kind == "finished" and (event.detail or {}).get("verdict") == "failed":
        failed = wording.check_mark("failed")
        return replace(mark, look=failed.look, glyph=failed.glyph)
    return mark


def people_of(events: Iterable[GameDayEvent]) -> list[str]:
    """Who opened the run's page, the first one first."""
    return list(
        dict.fromkeys(e.actor for e in events if e.kind == "joined" and e.actor)
    )
