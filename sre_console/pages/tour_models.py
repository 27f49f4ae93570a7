"""What the tour's pages are given: plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sre_console.chaos.blast import touched
from sre_console.gamedays.tour.expected import cost
from sre_console.gamedays.tour.judging import judged
from sre_console.gamedays.tour.lessons import FAST, LESSONS, SLOW, Choice
from sre_console.gamedays.tour.selectors import LessonState, Stage, Why
from sre_console.models import TourProgress
from sre_console.pages.environment import Question, question
from sre_console.pages.incident_models import Mark
from sre_console.pages.tour_answers import formula_lines, measured_lines, told
from sre_console.pages.tour_words import (
    LessonWords,
    both_clocks,
    lesson_title,
    lesson_words,
    share,
    span,
)

_WORTH_SAYING = 0.02  # of the budget: what a lesson costs from there on is said before

_WORTH_COUNTING = 0.05  # of a threshold


@dataclass(frozen=True, slots=True)
class StepRow:
    """A lesson in the list of all."""

    number: int
    title: str
    now: bool
    mark: Mark | None  # done, or begun


@dataclass(frozen=True, slots=True)
class AnswerRow:
    predicted: str
    measured: str  # empty: nothing ran
    expected: str
    mark: Mark | None
    formula: list[str]
    counted: list[str]
    incident: int | None
    cut: bool


@dataclass(frozen=True, slots=True)
class LessonPage:
    number: int
    name: str
    words: LessonWords
    stage: Stage
    predicted: str
    takes: str
    why: str
    costs: str
    carried: str  # that its windows are not empty, where that matters
    cut_short: bool  # by an alert: the fault is ended then
    reached: bool
    remaining: int  # wall seconds
    answer: AnswerRow | None
    confirm: Question | None  # the environment's name has to be typed
    back: int | None
    next: int | None


def step_rows(
    done: Mapping[int, TourProgress], now: int | None = None
) -> list[StepRow]:
    return [
        StepRow(
            number=each.number,
            title=lesson_title(each.name),
            now=each.number == now,
            mark=_step(done.get(each.number)),
        )
        for each in LESSONS
    ]


def _step(row: TourProgress | None) -> Mark | None:
    if row is None or (row.done_at is None and row.predicted_at is None):
        return None
    if row.done_at is not None:
        return Mark(_("done"), "is-ok", "ok")
    return Mark(_("begun"), "is-stale", "ring")


def lesson_page(state: LessonState) -> LessonPage:
    lesson, here = state.lesson, state.here
    spends = cost(lesson, here)
    costs = ""
    if spends >= _WORTH_SAYING:
        costs = _("It spends about {n} of the availability budget.").format(
            n=share(round(spends, 2))
        )
    return LessonPage(
        number=lesson.number,
        name=lesson.name,
        words=lesson_words(lesson, here),
        stage=state.stage,
        predicted=told(lesson, predicted(state)) if state.row.predicted_at else "",
        takes=span(lesson.wall(here.scale)),
        why=why_word(state.row.answer.get("why", state.why), state),
        costs=costs,
        carried=_carried(state),
        cut_short=bool(lesson.until),
        reached=state.reached,
        remaining=round(state.remaining),
        answer=_answer(state) if state.stage == "told" else None,
        confirm=question(touched(lesson.fault)),
        back=lesson.number - 1 if lesson.number > 1 else None,
        next=lesson.number + 1 if lesson.number < len(LESSONS) else None,
    )


def _carried(state: LessonState) -> str:
    here = state.here
    names = {"slow-page": (FAST, SLOW), "post-mortem": (FAST,)}
    for name in names.get(state.lesson.name, ()):
        rule, burn = here.rule(name), here.carried.get(name, 0.0)
        if burn > _WORTH_COUNTING * rule.threshold:
            return _(
                "The last {window} still hold failed requests of before: a burn rate of {burn}, "
                "where {threshold} pages. So it pages sooner; wait until they have left the "
                "window if you would rather begin afresh."
            ).format(
                window=both_clocks(rule.window / here.scale, here.scale),
                burn=f"{burn:.1f}", threshold=f"{rule.threshold:g}",
            )  # fmt: skip
    return ""


def predicted(state: LessonState) -> float | str:
    text = state.row.prediction
    return text if isinstance(state.lesson.asks, Choice) else float(text)


def why_word(why: Why, state: LessonState) -> str:
    takes = span(state.lesson.wall(state.here.scale))
    return {
        "": "",
        "forbidden": _(
            "Faults are switched off on this installation, so this is the computed answer."
        ),
        "viewer": _(
            "Only an operator may inject a fault, so this is the computed answer. While an "
            "operator does this lesson you can follow it here."
        ),
        "long": _(
            "At this clock scale the fault would have to stay on for {time}: this is the "
            "computed answer instead. A rehearsal (clock scale 60) shows it in a minute or so."
        ).format(time=takes),
        "busy": _(
            "Another fault is in force. End it, or wait until it ends by itself."
        ),
        "traffic": _(
            "There is no traffic to measure. Set some on Live, then come back."
        ),
        "full": _(
            "What failed before still pages, so nothing could be told of the next fault. "
            "Wait until it has left the windows; it takes {time} at the longest."
        ).format(time=span(max(r.window for r in state.here.rules) / state.here.scale)),
        "pattern": _(
            "The circuit breaker is switched off. Switch it on at Resilience first."
        ),
    }[why]


def _answer(state: LessonState) -> AnswerRow:
    lesson, answer = state.lesson, state.row.answer
    ran = "lasted" in answer
    value = answer["value"] if ran else answer["expected"]
    incident = answer.get("incident")
    return AnswerRow(
        predicted=told(lesson, predicted(state)),
        measured=told(lesson, value) if ran else "",
        expected=told(lesson, answer["expected"]),
        mark=_verdicts()[judged(predicted(state), value)],
        formula=formula_lines(lesson, state.here, answer),
        counted=measured_lines(lesson, state.here, answer),
        incident=incident if isinstance(incident, int) else None,
        cut=bool(answer["cut"]),
    )


def _verdicts() -> dict[str, Mark | None]:
    return {
        "right": Mark(_("right"), "is-ok", "ok"),
        "near": Mark(_("near"), "is-risk", "risk"),
        "off": Mark(_("not quite"), "is-burning", "ring"),
        "open": None,
    }
