"""What the error-budget policy means now, and the decisions beside it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.checks import run_checks

from sre_console.audit.actor import Actor
from sre_console.chaos.no_faults import no_faults_set
from sre_console.chaos.rows import database_now
from sre_console.governance.decisions import decisions
from sre_console.governance.policy.rules import policy
from sre_console.models import AlertPeriod
from sre_console.slo.timeline import fold
from tests.integration.api.conftest import OPERATOR, Api, _settings
from tests.integration.pages.conftest import operator, signed_in
from tests.integration.slo.conftest import Feed, feed

__all__ = ["_settings", "feed", "operator"]

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]


@pytest.fixture(autouse=True)
def _floor(settings: Any) -> None:
    settings.CLOCK_SCALE = 3600  # a window of twelve minutes
    settings.CHAOS_FLOOR, settings.CHAOS_APPROVAL_ABOVE = 0.2, None


def now() -> dict[str, Any]:
    answer = Api(OPERATOR).get("/api/policy")
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["data"])


def of(slo: str, told: dict[str, Any]) -> dict[str, Any]:
    return next(each for each in told["slos"] if each["slo"] == slo)


def test_without_data_nothing_but_what_always_holds() -> None:
    told = now()
    assert [each["to"] for each in told["now"]] == ["allowed"] * 3
    held = of("availability", told)
    assert (held["budgetLeftRatio"], held["holding"]) == (
        None,
        [{"rule": "usual", "since": None}],
    )


def test_a_spent_budget_freezes_and_says_since_when(feed: Feed) -> None:
    end = int(database_now().timestamp()) - 2
    feed(range(end - 800, end - 100))
    feed(range(end - 100, end), bad=10)  # spent within its first seconds
    while fold().samples:
        pass
    told = now()
    held = of("availability", told)
    assert held["budgetLeftRatio"] < 0
    assert [each["rule"] for each in held["holding"]] == ["usual", "half", "floor", "spent"]  # fmt: skip
    since = {each["rule"]: each["since"] for each in held["holding"]}
    spent = database_now() - timedelta(seconds=102)
    for rule in ("floor", "spent"):
        assert abs(_moment(since[rule]) - spent.timestamp()) < 30, since
    assert [each["to"] for each in told["now"]] == ["frozen", "frozen", "fixes"]
    assert [each["enforced"] for each in told["now"]] == [True, True, False]
    assert of("latency", told)["now"][0]["to"] == "allowed"


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def test_a_page_freezes_game_days() -> None:
    fired = database_now()
    AlertPeriod.objects.create(
        name="ErrorBudgetBurn1h", slo="latency", severity="page", threshold=14.4,
        began_at=fired, fired_at=fired,
    )  # fmt: skip
    told = now()
    assert [each["to"] for each in told["now"]] == ["allowed", "frozen", "fixes"]
    (_usual, firing) = of("latency", told)["holding"]
    assert firing["since"] is not None


def test_the_lever_is_told(operator: User) -> None:
    assert now()["faultsForbiddenBy"] is None
    no_faults_set(actor=Actor("ada", "operator"), reason="an audit")
    assert now()["faultsForbiddenBy"] == "lever"
    assert "the lever is pulled" in signed_in(operator).get("/console/policy").text


def test_the_page_says_who_sees_to_it(operator: User) -> None:
    page = signed_in(operator).get("/console/policy").text
    for shown in (
        "Business as usual", "below 20 % of the budget (IRONCLAD_CHAOS_FLOOR)",
        "Not enforced by Ironclad:", "Ironclad sees to it:", "holds now",
        "which is not asked for here",
    ):  # fmt: skip
        assert shown in page, shown


def test_a_policy_that_cannot_be_read_is_a_system_check(settings: Any, tmp_path: Any) -> None:  # fmt: skip
    for path in settings.SLO_DIR.glob("*.yaml"):
        text = path.read_text("utf-8")
        if path.name == "policy.yaml":
            text = text.replace("below: 0.5", "below: half")
        (tmp_path / path.name).write_text(text, "utf-8")
    settings.SLO_DIR = tmp_path
    policy.cache_clear()
    try:
        found = [each for each in run_checks() if each.id == "sre_console.E001"]
    finally:
        policy.cache_clear()
    assert "policy.yaml: spec.rules[1].below" in found[0].msg


def test_every_decision_is_a_page(operator: User) -> None:
    browser = signed_in(operator)
    listed = browser.get("/console/decisions").text
    assert len(decisions()) >= 25
    for one in decisions().values():
        assert len(one.says) > 40, one.name
        assert not one.says.startswith(("Option ", "The last.", "The third.")), one.name
        assert f'href="/console/decisions/{one.name}"' in listed
        page = browser.get(f"/console/decisions/{one.name}")
        assert page.status_code == 200
        assert "<h2>Decision</h2>" in page.text
        assert ".md" not in page.text.partition("<article")[2].replace(".md</code>", "")


@pytest.mark.parametrize(
    "path",
    ["9999-nothing", "..%2F..%2Fmanage", "0001-x%2F..%2F..%2FREADME", "README", "0001-%00"],
)  # fmt: skip
def test_no_other_file_is(operator: User, path: str) -> None:
    assert signed_in(operator).get(f"/console/decisions/{path}").status_code == 404


def test_the_overview_leads_to_what_the_reader_may_see(operator: User) -> None:
    page = signed_in(operator).get("/console/governance").text
    assert 'href="/console/injections"' in page
    assert 'href="/console/evidence"' not in page  # for approvers and administrators
