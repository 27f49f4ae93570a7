"""Taking the tour: predicting, running a lesson, and keeping what came of it.

What a person predicts and has done is theirs alone; only the faults are changes of the system,
made through the same services as everybody's.
"""

from __future__ import annotations

import math

from django.contrib.auth.models import User
from django.db import transaction

from ironclad.errors import Conflict, FieldsInvalid, NotFound
from sre_console.audit.actor import Actor
from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import plan_read
from sre_console.chaos.services import plan_disable, plan_set
from sre_console.gamedays.tour.lessons import Lesson, lesson
from sre_console.gamedays.tour.measuring import computed, measured
from sre_console.gamedays.tour.selectors import LessonState, lesson_state
from sre_console.models import TourProgress
from sre_console.models.tour import INVITATION


def prediction_store(user: User, number: int, text: str) -> None:
    """Before the fault; what was predicted once stays until the lesson is begun again.

    Raises FieldsInvalid for what is no answer to the question.
    """
    found = _lesson(number)
    read = found.asks.read(text)
    if read is None:
        raise FieldsInvalid([("prediction", "prediction must be an answer to it.")])
    with transaction.atomic():
        row = _locked(user, number)
        if row.predicted_at is None:
            row.prediction, row.predicted_at = str(read), database_now()
            row.save(update_fields=["prediction", "predicted_at"])


def lesson_run(
    actor: Actor, user: User, number: int, *, confirm: str | None = None
) -> None:
    """Set the lesson's fault, which ends by itself.

    `confirm` is the environment's name, where the fault touches more than goes without.

    Raises Conflict while the lesson can't run, and whatever `plan_set` raises.
    """
    state = lesson_state(user, number, role=actor.role)
    if state.stage != "ready":
        message = "This lesson can't be run now; its page says why."
        raise Conflict(message)
    found = state.lesson
    plan, _remaining = plan_read()
    fault = found.fault
    set_ = plan_set(
        actor=actor,
        asked={
            "errorRate": fault.error_rate,
            "dependencyErrorRate": fault.dependency_error_rate,
            "ttlSeconds": max(1, math.ceil(found.wall(state.here.scale))),
            "reason": found.reason(),
            **({} if confirm is None else {"confirm": confirm}),
        },
        expected_version=plan.version,  # nobody else's fault is replaced
    )
    TourProgress.objects.filter(user=user, lesson=number).update(version=set_.version)


def lesson_end(actor: Actor, user: User, number: int) -> None:
    """End the lesson's fault before its time; does nothing when it is over."""
    state = lesson_state(user, number, role=actor.role)
    if state.stage == "running" and state.run is not None:
        plan_disable(
            actor=actor,
            reason=state.lesson.reason(),
            expected_version=state.run.version,
        )


def lesson_settle(
    user: User, number: int, *, role: str, compute: bool = False
) -> LessonState:
    """Keep the answer, measured or else computed, once there is one.

    With `compute` the formula's also where the lesson could be done a little later.
    """
    state = lesson_state(user, number, role=role)
    answer: dict[str, object] = {}
    if state.stage == "over" and state.run is not None:
        answer = measured(state.lesson, state.run, state.here)
    elif state.stage == "computed" or (compute and state.stage == "stuck"):
        answer = {**computed(state.lesson, state.here), "why": state.why}
    if not answer:
        return state
    with transaction.atomic():
        row = _locked(user, number)
        row.answer, row.tries = answer, row.tries + 1
        row.version = state.run.version if state.run else None
        if not answer["cut"]:
            row.done_at = row.done_at or database_now()
        row.save(update_fields=["answer", "tries", "version", "done_at"])
    return lesson_state(user, number, role=role)


def lesson_again(user: User, number: int) -> None:
    """Forget the prediction and the answer; that it was done once stays."""
    _lesson(number)
    TourProgress.objects.filter(user=user, lesson=number).update(
        prediction="", predicted_at=None, version=None, answer={}
    )


def tour_decline(user: User) -> None:
    TourProgress.objects.get_or_create(user=user, lesson=INVITATION)


def _lesson(number: int) -> Lesson:
    found = lesson(number)
    if found is None:
        raise NotFound
    return found


def _locked(user: User, number: int) -> TourProgress:
    TourProgress.objects.get_or_create(user=user, lesson=number)
    return TourProgress.objects.select_for_update().get(user=user, lesson=number)
