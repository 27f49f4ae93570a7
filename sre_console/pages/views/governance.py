"""The overview of what auditors read, the policy, and the decisions."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sre_console.chaos.rows import database_now
from sre_console.governance.decisions import decision, decisions
from sre_console.governance.overview import overview
from sre_console.governance.policy.selectors import policy_now
from sre_console.pages.access import signed_in_page
from sre_console.pages.decisions import decision_html
from sre_console.pages.policy_models import by_words, now_rows, rule_rows, slo_row
from sre_console.pages.views.papers import show


@require_safe
@signed_in_page
def governance(request: HttpRequest) -> HttpResponse:
    now = policy_now()
    return show(
        request,
        "governance",
        tab="governance",
        figures=overview(database_now()),
        now=now_rows(now.lines),
        decisions=len(decisions()),
    )


@require_safe
@signed_in_page
def policy(request: HttpRequest) -> HttpResponse:
    now = policy_now()
    exceptions = [
        (each.who, each.may, by_words(each.by)) for each in now.policy.exceptions
    ]
    return show(
        request,
        "policy",
        tab="policy",
        slos=[slo_row(slo) for slo in now.slos],
        now=now_rows(now.lines),
        rules=rule_rows(now),
        exceptions=exceptions,
        forbidden=now.forbidden,
    )


@require_safe
@signed_in_page
def decision_list(request: HttpRequest) -> HttpResponse:
    found = list(decisions().values())
    return show(request, "decisions", tab="decisions", decisions=found)


@require_safe
@signed_in_page
def decision_page(request: HttpRequest, name: str) -> HttpResponse:
    found, html = decision(name), decision_html(name)
    return show(request, "decision", tab="decisions", decision=found, html=html)
