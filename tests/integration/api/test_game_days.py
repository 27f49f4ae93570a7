"""/api/game-days: the first-named contract, then each address."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django.fixtures import Settings

from sre_console.audit.actor import Actor
from sre_console.chaos.rows import database_now
from sre_console.gamedays.course.course import Course
from sre_console.gamedays.running.block import block_read
from sre_console.models import AuditEntry, GameDay
from sre_console.slo.seeding import seed_gaps
from tests.integration.gamedays.conftest import game_day
from tests.integration.slo.conftest import EPOCH

from .conftest import Api, errors

pytestmark = pytest.mark.django_db
history_told = pytest.mark.usefixtures("history")
PATH = "/api/game-days"
OTHER = Actor(name="otto", role="operator")


def start(api: Api, **more: object) -> GameDay:
    answer = api.send("POST", PATH, {"scenario": "progressive-errors", **more})
    assert answer.status_code == 201, answer.content
    return GameDay.objects.get(pk=answer.json()["data"]["id"])


@pytest.fixture
def ended(db: None) -> GameDay:
    outcome = {"badEvents": 205, "budgetSpentRatio": 0.0949, "totalEvents": 9000}
    times: dict[str, list[float | None]] = {"0": [EPOCH, EPOCH + 60]}
    cursor = Course(phase="over", step_times=times).json()
    return game_day(settled=True, outcome=outcome, cursor=cursor).row


@pytest.fixture
def history(settings: Settings) -> None:
    """Three days of requests, so that there are budgets to spend."""
    settings.CLOCK_SCALE = 60
    seed_gaps(int(database_now().timestamp()), scale=60, rps=10, period=3 * 86_400)


@history_told
def test_a_scenario_s_name_alone_starts_it(operator: Api) -> None:
    answer = operator.send("POST", PATH, {"scenario": "progressive-errors"})
    assert answer.status_code == 201
    data = answer.json()["data"]
    assert answer["Location"] == f"{PATH}/{data['id']}"
    assert (data["scenario"], data["state"], data["verdict"]) == (
        "progressive-errors", "running", None,
    )  # fmt: skip
    assert data["forecast"]["badEvents"].keys() == {
        "availability", "latency", "error-rate",
    }  # fmt: skip
    assert data["outcome"] == {}
    assert data["steps"][0]["fault"]["errorRate"] == 0.01
    assert data["steps"][0]["fault"]["target"]["pathPrefix"] == "/api/users"
    assert [data["unattended"], data["startedBy"]] == [True, "operator"]
    assert AuditEntry.objects.filter(action="game_day.started").exists()


def test_one_that_is_over_tells_what_it_came_to(operator: Api, ended: GameDay) -> None:
    data = operator.get(f"{PATH}/{ended.pk}").json()["data"]
    assert (data["state"], data["verdict"]) == ("finished", "failed")
    assert data["outcome"]["badEvents"] == 205
    assert data["outcome"]["budgetSpentRatio"] == 0.0949
    assert data["steps"][1]["kind"] == "fault"


@history_told
def test_everything_that_may_be_said_at_the_start_is_kept(operator: Api) -> None:
    row = start(operator, seed=7, speed=2.5, unattended=False, reason="Friday")
    assert (row.seed, row.speed, row.unattended, row.reason) == (
        7, 2.5, False, "Friday",
    )  # fmt: skip


@history_told
def test_a_dry_run_starts_nothing(operator: Api) -> None:
    body = {"scenario": "latency", "dryRun": True, "seed": 7}
    answer = operator.send("POST", PATH, body)
    assert answer.status_code == 200
    assert answer.json()["data"]["seed"] == 7
    assert answer.json()["data"]["refusals"] == []
    assert not GameDay.objects.exists()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "scenario"),
        ({"scenario": ""}, "scenario"),
        ({"scenario": 7}, "scenario"),
        ({"scenario": ["latency"]}, "scenario"),
        ({"scenario": "x" * 64}, "scenario"),
        ({"scenario": "latency", "speed": 61}, "speed"),
        ({"scenario": "latency", "speed": None}, "speed"),
        ({"scenario": "latency", "seed": "7"}, "seed"),
        ({"scenario": "latency", "seed": 2**31}, "seed"),
        ({"scenario": "latency", "unattended": 1}, "unattended"),
        ({"scenario": "latency", "dryRun": "yes"}, "dryRun"),
        ({"scenario": "latency", "reason": "x" * 501}, "reason"),
        ({"scenario": "latency", "reason": {"a": 1}}, "reason"),
        ({"scenario": "latency", "hidden": True}, "hidden"),
    ],
)
def test_nonsense_is_refused_by_name(operator: Api, body: object, field: str) -> None:
    answer = operator.send("POST", PATH, body)
    assert answer.status_code == 400
    assert errors(answer) == [("VALIDATION_ERROR", field)]


@pytest.mark.parametrize(
    "body",
    ['{"scenario": "\\u0000"}', '{"scenario": "latency", "speed": 1e999}', "[]"],
)
def test_what_no_field_can_hold_is_refused(operator: Api, body: str) -> None:
    assert operator.send("POST", PATH, body).status_code == 400


def test_a_scenario_that_is_not_there_is_not_found(operator: Api) -> None:
    for name in ("no-such", "Not a name"):
        answer = operator.send("POST", PATH, {"scenario": name})
        assert errors(answer) == [("NOT_FOUND", None)]


def test_where_faults_are_not_allowed_it_is_refused(
    operator: Api, settings: Settings
) -> None:
    settings.CHAOS_ALLOWED = False
    answer = operator.send("POST", PATH, {"scenario": "latency"})
    assert errors(answer) == [("PERMISSION_DENIED", None)]


@history_told
def test_a_second_one_conflicts_and_says_with_what(operator: Api) -> None:
    row = start(operator)
    answer = operator.send("POST", PATH, {"scenario": "latency"})
    assert answer.status_code == 409
    assert f"Game day {row.pk}" in answer.json()["errors"][0]["message"]


@history_told
def test_its_tag_changes_with_it(operator: Api) -> None:
    row = start(operator)
    path = f"{PATH}/{row.pk}"
    tag = operator.get(path)["ETag"]
    assert operator.get(path, headers={"If-None-Match": tag}).status_code == 304
    stopped = operator.send("POST", f"{path}/stop", {})
    assert stopped["ETag"] not in {tag, None}
    again = operator.get(path, headers={"If-None-Match": tag})
    assert (again.status_code, again["ETag"]) == (200, stopped["ETag"])


@history_told
def test_it_is_stopped_with_a_reason(operator: Api) -> None:
    row = start(operator)
    answer = operator.send("POST", f"{PATH}/{row.pk}/stop", {"reason": "enough"})
    data = answer.json()["data"]
    assert (data["state"], data["verdict"], data["endKind"], data["endReason"]) == (
        "stopped", None, "operator", "enough",
    )  # fmt: skip
    assert data["endedBy"] == "operator"
    again = operator.send("POST", f"{PATH}/{row.pk}/stop", {})
    assert errors(again) == [("CONFLICT", None)]


@history_told
def test_somebody_else_approves_what_reaches_far(
    operator: Api, approver: Api, settings: Settings
) -> None:
    settings.CHAOS_APPROVAL_ABOVE = 0.01
    row = start(operator)
    assert row.state == "waiting"
    own = operator.send("POST", f"{PATH}/{row.pk}/approve", {})
    assert errors(own) == [("PERMISSION_DENIED", None)]
    GameDay.objects.update(started_by="paula")
    same = approver.send("POST", f"{PATH}/{row.pk}/approve", {})
    assert errors(same) == [("PERMISSION_DENIED", None)]
    GameDay.objects.update(started_by="operator")
    answer = approver.send("POST", f"{PATH}/{row.pk}/approve", {})
    data = answer.json()["data"]
    assert (data["state"], data["approvedBy"]) == ("running", "paula")
    again = approver.send("POST", f"{PATH}/{row.pk}/approve", {})
    assert errors(again) == [("CONFLICT", None)]


@history_told
def test_attending_keeps_an_attended_run_going(operator: Api) -> None:
    row = start(operator, unattended=False)
    GameDay.objects.update(attended_at=database_now() - timedelta(seconds=50))
    data = operator.send("POST", f"{PATH}/{row.pk}/attend", {}).json()["data"]
    row.refresh_from_db()
    assert row.attended_at is not None
    assert database_now() - row.attended_at < timedelta(seconds=10)
    assert data["attendedAt"] is not None


def test_its_record_is_told_in_order_and_in_pages(
    operator: Api, ended: GameDay
) -> None:
    body = operator.get(f"{PATH}/{ended.pk}/events?limit=2").json()
    assert [line["kind"] for line in body["data"]] == ["created", "started"]
    assert body["data"][0]["text"] == "Friday's practice"
    assert body["meta"]["pagination"]["total"] == ended.events.count() > 2


def test_faults_in_the_record_have_the_names_of_the_api(
    operator: Api, ended: GameDay
) -> None:
    detail = {"version": 3, "fault": {"error_rate": 0.1, "target_methods": [], "target_path_prefix": "/api/users"}}  # fmt: skip
    ended.events.create(at=database_now(), kind="fault_set", detail=detail)
    line = operator.get(f"{PATH}/{ended.pk}/events?limit=100").json()["data"][-1]
    assert line["detail"]["fault"] == {
        "errorRate": 0.1, "target": {"methods": [], "pathPrefix": "/api/users"},
    }  # fmt: skip


def test_the_list_is_filtered_and_ordered(operator: Api, ended: GameDay) -> None:
    other = game_day(scenario="latency", state="stopped", verdict=None, settled=True)
    found = operator.get(f"{PATH}?ordering=id").json()
    assert [each["id"] for each in found["data"]] == [ended.pk, other.row.pk]
    for query, number in (
        ("scenario=latency", other.row.pk),
        ("state=stopped", other.row.pk),
        ("verdict=failed", ended.pk),
    ):
        data = operator.get(f"{PATH}?{query}").json()["data"]
        assert [each["id"] for each in data] == [number], query


@pytest.mark.parametrize("query", ["state=over", "verdict=good", "ordering=name"])
def test_a_filter_that_means_nothing_is_refused(operator: Api, query: str) -> None:
    answer = operator.get(f"{PATH}?{query}")
    assert errors(answer) == [("VALIDATION_ERROR", query.partition("=")[0])]


@history_told
def test_a_stop_of_all_blocks_new_ones_until_they_are_released(operator: Api) -> None:
    row = start(operator)
    stopped = operator.send("POST", "/api/chaos/disable", {"reason": "smoke"})
    assert stopped.status_code == 200
    block = operator.get(f"{PATH}/block").json()["data"]
    assert (block["blocked"], block["gameDay"], block["reason"]) == (
        True, row.pk, "smoke",
    )  # fmt: skip
    refused = operator.send("POST", PATH, {"scenario": "latency"})
    assert "blocked" in refused.json()["errors"][0]["message"]
    body = {"reason": "it was toast"}
    data = operator.send("POST", f"{PATH}/block/release", body).json()["data"]
    assert (data["blocked"], data["releaseReason"]) == (False, "it was toast")
    again = operator.send("POST", f"{PATH}/block/release", {})
    assert errors(again) == [("CONFLICT", None)]


@history_told
@pytest.mark.parametrize(
    "body",
    ["{not json", '{"reason": 7}', '{"reason": "\\u0000 smoke"}', '[{"a": 1}]', "\xff"],
)
def test_no_body_is_in_the_way_of_a_stop(operator: Api, body: str) -> None:
    start(operator)
    answer = operator.send("POST", "/api/chaos/disable", body.encode("latin-1"))
    assert answer.status_code == 200
    assert block_read().reason in {"", "smoke"}


def test_lessons_and_actions_are_kept(operator: Api, ended: GameDay) -> None:
    path = f"{PATH}/{ended.pk}"
    text = {"text": "Page sooner.\nAsk why."}
    assert operator.send("POST", f"{path}/lessons", text).status_code == 200
    item = {"text": "Lower the window", "owner": "ada", "dueOn": "2026-12-01"}
    added = operator.send("POST", f"{path}/actions", item)
    assert added.status_code == 201
    number = added.json()["data"]["id"]
    done = operator.send("PATCH", f"{path}/actions/{number}", {"done": True})
    assert done.json()["data"]["done"] is True
    data = operator.get(f"{path}/lessons").json()["data"]
    assert data["text"] == text["text"]
    assert [each["owner"] for each in data["actions"]] == ["ada"]
    assert operator.get(path).json()["data"]["lessons"] == text["text"]


@pytest.mark.parametrize(
    ("action", "body", "field"),
    [
        ("lessons", {}, "text"),
        ("lessons", {"text": 7}, "text"),
        ("actions", {"text": ""}, "text"),
        ("actions", {"text": "x", "dueOn": "soon"}, "dueOn"),
        ("stop", {"why": "x"}, "why"),
        ("approve", {"reason": "x"}, "reason"),
        ("attend", {"at": 1}, "at"),
    ],
)
def test_nonsense_about_a_run_is_refused_by_name(  # noqa: PLR0913, PLR0917
    operator: Api,
    approver: Api,
    ended: GameDay,
    action: str,
    body: object,
    field: str,
) -> None:
    who = approver if action == "approve" else operator
    answer = who.send("POST", f"{PATH}/{ended.pk}/{action}", body)
    assert errors(answer) == [("VALIDATION_ERROR", field)]


@pytest.mark.parametrize("action", ["", "/events", "/lessons"])
def test_what_is_not_there_is_not_found(operator: Api, action: str) -> None:
    assert errors(operator.get(f"{PATH}/7{action}"))[0][0] == "NOT_FOUND"


@pytest.mark.parametrize("action", ["stop", "approve", "attend", "lessons", "actions"])
def test_what_is_not_there_cannot_be_changed(
    operator: Api, approver: Api, action: str
) -> None:
    who = approver if action == "approve" else operator
    body = {"text": "x"} if action in {"lessons", "actions"} else {}
    answer = who.send("POST", f"{PATH}/7/{action}", body)
    assert errors(answer)[0][0] == "NOT_FOUND"


def test_a_viewer_looks_and_changes_nothing(viewer: Api, ended: GameDay) -> None:
    path = f"{PATH}/{ended.pk}"
    for seen in (PATH, path, f"{path}/events", f"{PATH}/block", f"{path}/lessons"):
        assert viewer.get(seen).status_code == 200, seen
    for changed in (
        PATH, f"{path}/stop", f"{path}/approve", f"{path}/attend", f"{path}/lessons",
        f"{path}/actions", f"{PATH}/block/release",
    ):  # fmt: skip
        answer = viewer.send("POST", changed, {})
        assert errors(answer) == [("PERMISSION_DENIED", None)], changed


def test_a_stranger_sees_nothing(public: Api) -> None:
    for path in (PATH, f"{PATH}/1", f"{PATH}/block"):
        assert public.get(path).status_code == 401
