"""The guided tour: five lessons on the running system."""

from __future__ import annotations

from typing import cast

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from ironclad.errors import FieldsInvalid, IroncladError, NotFound
from sre_console.access.checks import access_check
from sre_console.accounts.actors import actor_of
from sre_console.gamedays.tour.lessons import LESSONS
from sre_console.gamedays.tour.selectors import (
    LessonState,
    lesson_state,
    tour_done,
    tour_next,
)
from sre_console.gamedays.tour.services import (
    lesson_again,
    lesson_end,
    lesson_run,
    lesson_settle,
    prediction_store,
    tour_decline,
)
from sre_console.pages.access import data, signed_in_page
from sre_console.pages.tour_models import lesson_page, step_rows
from sre_console.pages.views.papers import confirm_sent, sent_text, show


@require_safe
@signed_in_page
def tour(request: HttpRequest) -> HttpResponse:
    user = _user(request)
    done = tour_done(user)
    return show(
        request,
        "tour",
        steps=step_rows(done),
        begun=bool(done),
        finished=all(row.done_at for row in done.values())
        and len(done) == len(LESSONS),
        next=tour_next(user),
    )


@require_safe
@signed_in_page
def lesson(request: HttpRequest, number: str) -> HttpResponse:
    return _lesson(request, int(number))


@require_safe
@data
def state(request: HttpRequest, number: str) -> object:
    """What the page's JavaScript asks for while a lesson runs."""
    now = _state(request, int(number))
    return {"stage": now.stage, "reached": now.reached, "remaining": now.remaining}


@require_http_methods(["GET", "HEAD", "POST"])
@signed_in_page
def change(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """One step of a lesson; what is refused is told on its page."""
    if request.method != "POST":
        return redirect("console:lesson", number=int(number))
    user, actor, which = _user(request), actor_of(request), int(number)
    if action in {"run", "end"}:
        access_check(actor, "tour.run")
    try:
        if action == "predict":
            prediction_store(user, which, sent_text(request.POST, "prediction"))
            lesson_settle(user, which, role=actor.role)  # if it is only computed
        elif action == "run":
            lesson_run(actor, user, which, confirm=confirm_sent(request.POST))
        elif action == "end":
            lesson_end(actor, user, which)
        elif action in {"settle", "compute"}:
            lesson_settle(user, which, role=actor.role, compute=action == "compute")
        else:
            lesson_again(user, which)
    except FieldsInvalid:
        said = gettext("Give your answer first: a number, or one of the choices.")
        return _lesson(request, which, said, FieldsInvalid.status)
    except NotFound:
        raise
    except IroncladError as error:
        return _lesson(request, which, error.message, error.status)
    return redirect("console:lesson", number=which)


@require_POST
@signed_in_page
def decline(request: HttpRequest) -> HttpResponse:
    tour_decline(_user(request))
    return redirect("console:live")


def _lesson(
    request: HttpRequest, number: int, problem: str = "", status: int = 200
) -> HttpResponse:
    found = lesson_page(_state(request, number))
    steps = step_rows(tour_done(_user(request)), number)
    answer = show(request, "lesson", lesson=found, steps=steps, problem=problem)
    answer.status_code = status
    return answer


def _state(request: HttpRequest, number: int) -> LessonState:
    return lesson_state(_user(request), number, role=actor_of(request).role)


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)
