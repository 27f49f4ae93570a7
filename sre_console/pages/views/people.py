"""People and services: an administrator's pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from ironclad.errors import IroncladError, NotFound
from sre_console.access.matrix import SCOPES
from sre_console.accounts.actors import actor_of
from sre_console.accounts.people import (
    person_add,
    person_switch,
    role_change,
    role_read,
)
from sre_console.accounts.people_listing import people_facts, person_facts, person_get
from sre_console.accounts.people_programs import service_add, service_hand_over
from sre_console.accounts.people_sign_in import (
    password_reset,
    person_second_factor_reset,
    person_unlock,
)
from sre_console.accounts.sessions import session_end, sessions_end
from sre_console.accounts.tokens import (
    DEFAULT_DAYS,
    MOST_DAYS,
    token_create,
    token_revoke,
    tokens_revoke,
)
from sre_console.accounts.tokens_listing import token_get
from sre_console.chaos.rows import database_now
from sre_console.pages.access import page_for
from sre_console.pages.access_words import roles, scope_told
from sre_console.pages.account_models import session_rows, token_rows
from sre_console.pages.people_models import (
    FILTERS,
    columns,
    people_chosen,
    person_row,
)
from sre_console.pages.tables import address, heads, order_read
from sre_console.pages.views.account import days_read, this_session
from sre_console.pages.views.papers import as_csv, asked_of, sent_text, show


@require_http_methods(["GET", "HEAD", "POST"])
@page_for("access.review", change="people.change")
def people(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _people(request)
    sent, actor = request.POST, actor_of(request)
    given = {
        name: sent_text(sent, name)
        for name in ("name", "role", "owner", "purpose", "kind")
    }
    try:
        if given["kind"] == "service":
            user = service_add(
                actor=actor,
                name=given["name"],
                role=given["role"],
                owner=given["owner"],
                purpose=given["purpose"],
            )
            return redirect("console:person", number=user.pk)
        user, password = person_add(actor=actor, name=given["name"], role=given["role"])
    except NotFound:
        raise
    except IroncladError as error:
        answer = _people(request, problem=error.message, typed=given)
        answer.status_code = error.status
        return answer
    return _people(request, secret=password, made=user.get_username())


@require_http_methods(["GET", "HEAD"])
@page_for("access.review")
def person(request: HttpRequest, number: str) -> HttpResponse:
    return _person(request, int(number))


@require_POST
@page_for("people.change")
def person_change(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """What a form on the page of a person asks for; then back, or told there why not."""
    sent, actor, user = request.POST, actor_of(request), person_get(int(number))
    secret = ""  # nosec B105 - none yet
    try:
        if action == "role":
            role = sent_text(sent, "role")
            role_change(actor=actor, user=user, role=role_read(role) if role else None)
        elif action in {"on", "off"}:
            person_switch(actor=actor, user=user, on=action == "on")
        elif action == "unlock":
            person_unlock(actor=actor, user=user)
        elif action == "second-factor":
            person_second_factor_reset(actor=actor, user=user)
        elif action == "password":
            secret = password_reset(actor=actor, user=user)
        else:
            service_hand_over(actor=actor, user=user, owner=sent_text(sent, "owner"))
    except NotFound:
        raise
    except IroncladError as error:
        return _refused(request, user.pk, error)
    if secret:
        return _person(request, user.pk, password=secret)
    return redirect("console:person", number=number)


@require_POST
@page_for("sessions.all")
def person_sessions(
    request: HttpRequest, number: str, handle: str = ""
) -> HttpResponse:
    """End one of theirs, or all."""
    user = person_get(int(number))
    if handle:
        session_end(actor=actor_of(request), handle=handle)
    else:
        sessions_end(actor=actor_of(request), user=user, but=this_session(request))
    return redirect("console:person", number=number)


@require_POST
@page_for("tokens.all")
def person_tokens(request: HttpRequest, number: str, action: str) -> HttpResponse:
    """Make one for a service, or revoke all of somebody's."""
    user = person_get(int(number))
    if action == "revoke":
        tokens_revoke(actor=actor_of(request), user=user)
        return redirect("console:person", number=number)
    sent = request.POST
    try:
        secret = token_create(
            actor=actor_of(request),
            user=user,
            name=sent_text(sent, "name"),
            days=days_read(sent_text(sent, "days")),
            scopes=sent.getlist("scopes"),
        )
    except IroncladError as error:
        return _refused(request, user.pk, error)
    return _person(request, user.pk, secret=secret, made=sent_text(sent, "name"))


@require_POST
@page_for("tokens.all")
def person_token(request: HttpRequest, number: str, token: str) -> HttpResponse:
    """Revoke one."""
    found = token_get(int(token))
    if found.user_id != int(number):
        raise NotFound
    token_revoke(actor=actor_of(request), token=found)
    return redirect("console:person", number=number)


def _refused(request: HttpRequest, number: int, error: IroncladError) -> HttpResponse:
    answer = _person(request, number, problem=error.message)
    answer.status_code = error.status
    return answer


def _people(
    request: HttpRequest,
    *,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
    secret: str = "",
    made: str = "",
) -> HttpResponse:
    asked = asked_of(request)
    order = order_read(asked, columns())
    everybody = people_facts()
    chosen = people_chosen(everybody, asked, order)
    rows = [person_row(each) for each in chosen]
    if asked.get("format") == "csv":
        head = ("name", "kind", "role", "state", "second factor", "last used", "sessions", "tokens")  # fmt: skip
        table = [
            (r.name, r.kind, r.role, r.state.word, r.factor, r.used, r.sessions, r.tokens)
            for r in rows
        ]  # fmt: skip
        return as_csv("people", head, table)
    path = reverse("console:people")
    return show(
        request,
        "people",
        rows=rows,
        heads=heads(columns(), order, path, asked),
        total=len(everybody),
        asked=asked,
        filtered=any(name in asked for name in FILTERS),
        csv=address(path, {**asked, "format": "csv"}),
        roles=roles(),
        owners=[each.name for each in everybody if each.active and not each.service],
        problem=problem,
        typed=typed or {},
        secret=secret,
        made=made,
    )


def _person(  # noqa: PLR0913 - what it says, by name
    request: HttpRequest,
    number: int,
    *,
    problem: str = "",
    password: str = "",
    secret: str = "",
    made: str = "",
) -> HttpResponse:
    facts, user = person_facts(number), person_get(number)
    own = user.pk == request.user.pk
    return show(
        request,
        "person",
        row=person_row(facts),
        facts=facts,
        own=own,
        tokens_base=f"/console/people/{number}/tokens",
        token_new=f"/console/people/{number}/tokens/new",
        sessions_base=f"/console/people/{number}/sessions",
        typed={"scopes": ["read"]},
        touchable=not own and not facts.superuser,
        sessions=session_rows(user, this_session(request)),
        tokens=token_rows(user, database_now()),
        roles=[each for each in roles() if not facts.service or each[0] != "administrator"],
        owners=[
            each.name for each in people_facts() if each.active and not each.service
        ],
        scopes=[(each, scope_told(each)) for each in SCOPES],
        default_days=DEFAULT_DAYS,
        most_days=MOST_DAYS,
        problem=problem,
        password=password,
        secret=secret,
        made=made,
    )  # fmt: skip
