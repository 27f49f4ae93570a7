"""/api/no-faults: who pulls the lever, who releases it, and what is said meanwhile."""

from __future__ import annotations

import pytest
from django.test import Client

from sre_console.accounts.tokens import token_create
from sre_console.audit.actor import SYSTEM
from sre_console.chaos.no_faults import no_faults_read
from sre_console.models import AuditEntry
from tests.integration.pages.conftest import person

from .conftest import Api, errors

pytestmark = pytest.mark.django_db
PATH = "/api/no-faults"
PULL = {"reason": "migration window"}


def signed_in(name: str, role: str) -> Api:
    api = Api()
    api.force_login(person(name, role))
    return api


def test_it_is_not_pulled_at_first(viewer: Api) -> None:
    told = viewer.get(PATH).json()["data"]
    assert (told["pulled"], told["by"], told["at"]) == (False, None, None)


def test_pulling_ends_what_is_in_force_and_says_who_and_why(
    operator: Api, viewer: Api
) -> None:
    operator.send("POST", "/api/chaos", {"errorRate": 0.5})
    operator.send("POST", "/api/resilience/patterns", {"off": ["retry"]})
    answer = operator.send("POST", PATH, PULL)
    assert answer.status_code == 200
    told = viewer.get(PATH).json()["data"]
    assert (told["pulled"], told["by"]) == (True, "operator")
    assert told["reason"] == "migration window"
    assert viewer.get("/api/chaos").json()["data"]["enabled"] is False
    assert viewer.get("/api/resilience/patterns").json()["data"]["off"] == []
    actions = list(AuditEntry.objects.order_by("-id").values_list("action", flat=True))
    assert {"no_faults.pulled", "fault_plan.disabled", "patterns.restored"} <= set(
        actions[:3]
    )


def test_a_second_pull_says_who_was_first(operator: Api) -> None:
    operator.send("POST", PATH, PULL)
    answer = operator.send("POST", PATH, {"reason": "me too"})
    assert errors(answer) == [("CONFLICT", None)]
    assert "migration window" in answer.json()["errors"][0]["message"]


def test_only_an_administrator_who_is_signed_in_releases_it(
    operator: Api, approver: Api
) -> None:
    operator.send("POST", PATH, PULL)
    alma = person("alma", "administrator")
    token = Api(token_create(actor=SYSTEM, user=alma, name="t"))
    for api in (operator, approver, token, signed_in("olga", "operator")):
        api.defaults.setdefault("HTTP_X_CSRFTOKEN", "")
        assert api.send("POST", f"{PATH}/release", {}).status_code == 403
    assert no_faults_read().pulled
    browser = Api()
    browser.force_login(alma)
    answer = browser.send("POST", f"{PATH}/release", {"reason": "it is over"})
    assert answer.status_code == 200
    told = answer.json()["data"]
    assert (told["pulled"], told["releasedBy"]) == (False, "alma")
    assert told["releaseReason"] == "it is over"
    entry = AuditEntry.objects.get(action="no_faults.released")
    assert (entry.actor, entry.detail["pulledBy"]) == ("alma", "operator")


def test_whoever_pulled_it_may_release_it_if_an_administrator() -> None:
    alma = signed_in("alma", "administrator")
    assert alma.send("POST", PATH, PULL).status_code == 200
    assert alma.send("POST", f"{PATH}/release", {}).status_code == 200
    assert errors(alma.send("POST", f"{PATH}/release", {})) == [("CONFLICT", None)]


def test_an_approver_pulls_it_and_a_viewer_does_not(approver: Api, viewer: Api) -> None:
    assert errors(viewer.send("POST", PATH, PULL)) == [("PERMISSION_DENIED", None)]
    assert approver.send("POST", PATH, PULL).status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "reason"),
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 501}, "reason"),
        ({"reason": "a\nb"}, "reason"),
        ({"reason": "a", "pulled": False}, "pulled"),
    ],
)
def test_nonsense_is_refused_by_name(operator: Api, body: object, field: str) -> None:
    assert errors(operator.send("POST", PATH, body)) == [("VALIDATION_ERROR", field)]
    assert not no_faults_read().pulled


def test_stop_all_works_while_it_is_pulled(operator: Api) -> None:
    operator.send("POST", PATH, PULL)
    assert operator.send("POST", "/api/chaos/disable", {}).status_code == 200


def test_a_stranger_is_asked_who_they_are() -> None:
    assert Client().get(PATH).status_code == 401
