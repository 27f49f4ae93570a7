"""Who may start what, when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from pytest_django import Settings

from ironclad.errors import Conflict, FieldsInvalid, NotFound, PermissionRefused
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited
from sre_console.chaos.services import plan_disable_late, plan_set
from sre_console.gamedays.running.block import block_read, block_release
from sre_console.gamedays.running.services import (
    beside_check,
    game_day_approve,
    game_day_start,
)
from sre_console.gamedays.running.stopping import (
    game_day_stop,
    game_days_stop_all,
    stop_took,
)
from sre_console.gamedays.scenarios.probes import AlertProbe
from sre_console.gamedays.scenarios.scenario import Condition, Step
from sre_console.models import AuditEntry, FaultPlan, GameDay, Service
from tests.integration.gamedays.scenes import errors, scene, text
from tests.integration.gamedays.theatre import OPERATOR, OTHER, Theatre

pytestmark = pytest.mark.django_db
VIEWER = Actor(name="vera", role="viewer")


def stop_everything() -> list[int]:
    with audited():
        return game_days_stop_all(actor=OTHER, reason="smoke in the room")


@pytest.fixture
def theatre() -> Theatre:
    return Theatre(rate=10)


def test_one_runs_at_a_time(theatre: Theatre) -> None:
    theatre.start(scene(errors(0.1, 30)))
    with pytest.raises(Conflict, match=r"Game day \d+ \(A scene\) is running"):
        theatre.start(scene(errors(0.1, 30)))


def test_one_that_only_looks_may_run_beside_it(theatre: Theatre) -> None:
    watch = scene(errors(0, 5), name="watch", compatible_with=("scene",))
    one = theatre.start(scene(errors(0.1, 10)))
    two = theatre.start(watch)
    theatre.until_over(two)
    assert theatre.until_over(one).state == two.state == "finished"


def test_two_that_both_set_faults_never_run_together(theatre: Theatre) -> None:
    both = scene(errors(0.2, 5), name="both", compatible_with=("scene",))
    theatre.start(scene(errors(0.1, 10)))
    with pytest.raises(Conflict):
        theatre.start(both)


def test_a_viewer_may_not_start_one() -> None:
    with pytest.raises(PermissionRefused):
        game_day_start(actor=VIEWER, scenario="progressive-errors")


def test_what_is_not_there_cannot_be_started() -> None:
    with pytest.raises(NotFound):
        game_day_start(actor=OPERATOR, scenario="no-such")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("speed", 0),
        ("speed", float("nan")),
        ("speed", "fast"),
        ("speed", True),
        ("seed", -1),
        ("seed", 1.5),
        ("seed", 2**40),
        ("unattended", "yes"),
    ],
)
def test_nonsense_is_refused_by_name(field: str, value: object) -> None:
    given = {field: value}
    with pytest.raises(FieldsInvalid, match=field):
        game_day_start(actor=OPERATOR, scenario="progressive-errors", **given)  # type: ignore[arg-type]


def test_where_faults_are_not_allowed_it_does_not_start(settings: Settings) -> None:
    theatre = Theatre(rate=10)
    settings.CHAOS_ALLOWED = False
    with pytest.raises(PermissionRefused):
        theatre.start(scene(errors(0.1, 30)))


def test_while_a_page_fires_it_does_not_start(theatre: Theatre) -> None:
    theatre.until_over(theatre.start(scene(errors(1.0, 5))))
    with pytest.raises(Conflict, match=r"is firing; start when that is over"):
        theatre.start(scene(errors(0.1, 5)))


def test_a_steady_state_that_does_not_hold_ends_it_before_any_fault() -> None:
    theatre = Theatre(rate=10)
    steady = Condition(text("a page"), AlertProbe("ErrorBudgetBurn1h", "firing"))
    game_day = theatre.start(scene(errors(0.5, 30), steady_state=(steady,)))
    theatre.until_over(game_day)
    assert (game_day.state, game_day.verdict) == ("failed", "failed")
    assert game_day.end_reason == "a page"
    assert not game_day.events.filter(kind="fault_set").exists()


def test_while_it_runs_nobody_else_sets_faults(theatre: Theatre) -> None:
    game_day = theatre.start(scene(errors(0.1, 10), errors(0, 10)))
    for _ in range(2):
        theatre.seconds(8)
        with pytest.raises(Conflict, match=f"Game day {game_day.pk} holds"):
            plan_set(actor=OPERATOR, asked={"errorRate": 0.5})
    theatre.until_over(game_day)
    plan_set(actor=OPERATOR, asked={"errorRate": 0.5})


def test_above_the_blast_radius_somebody_else_has_to_approve(
    settings: Settings,
) -> None:
    settings.CHAOS_APPROVAL_ABOVE = 0.5
    theatre = Theatre(rate=10)
    game_day = theatre.start(scene(errors(0.6, 5)))
    assert game_day.state == "waiting"
    theatre.seconds(5)
    assert not FaultPlan.objects.filter(enabled=True).exists()
    with pytest.raises(PermissionRefused, match="administrator, approver"):
        game_day_approve(actor=OTHER, number=game_day.pk, by=theatre.clock)
    same = Actor(name=game_day.started_by, role="approver")
    with pytest.raises(PermissionRefused, match="Somebody else"):
        game_day_approve(actor=same, number=game_day.pk, by=theatre.clock)
    approver = Actor(name="paula", role="approver")
    service = User.objects.create_user(game_day.started_by)
    paula = User.objects.create_user("paula")
    answers = Service.objects.create(user=service, owner=paula)
    with pytest.raises(PermissionRefused, match="Somebody else"):
        game_day_approve(actor=approver, number=game_day.pk, by=theatre.clock)
    answers.delete()
    game_day_approve(actor=approver, number=game_day.pk, by=theatre.clock)
    assert theatre.until_over(game_day).state == "finished"
    assert game_day.approved_by == "paula"


def test_a_smaller_one_needs_no_approval(settings: Settings) -> None:
    settings.CHAOS_APPROVAL_ABOVE = 0.5
    assert Theatre(rate=10).start(scene(errors(0.5, 5))).state == "running"


def test_what_nobody_approves_within_an_hour_is_over(settings: Settings) -> None:
    settings.CHAOS_APPROVAL_ABOVE = 0.1
    theatre = Theatre(rate=10)
    game_day = theatre.start(scene(errors(0.6, 5)))
    GameDay.objects.update(created_at=game_day.created_at - timedelta(hours=1))
    theatre.seconds(1)
    game_day.refresh_from_db()
    assert (game_day.state, game_day.verdict, game_day.settled) == (
        "stopped", None, True,
    )  # fmt: skip


def test_however_many_wait_the_one_that_runs_has_its_turns(settings: Settings) -> None:
    settings.CHAOS_APPROVAL_ABOVE = 0.5
    theatre = Theatre(rate=10)
    for _ in range(6):
        theatre.start(scene(errors(0.6, 5)))
    game_day = theatre.start(scene(errors(0.1, 5)))
    assert theatre.until_over(game_day, most=15).state == "finished"


def test_one_that_waits_keeps_no_other_from_its_last_figures(
    settings: Settings,
) -> None:
    settings.CHAOS_APPROVAL_ABOVE = 0.5
    theatre = Theatre(rate=10)
    theatre.start(scene(errors(0.6, 5)))
    # too little for the alerts of long windows, which take 400 s to clear
    game_day = theatre.until_over(theatre.start(scene(errors(0.4, 4))))
    assert game_day.outcome["alertsCleared"] is False
    theatre.seconds(60)
    game_day.refresh_from_db()
    assert game_day.outcome["alertsCleared"] is True


def test_a_person_may_stop_it(theatre: Theatre) -> None:
    game_day = theatre.start(scene(errors(0.5, 60)))
    theatre.seconds(5)
    game_day_stop(actor=OTHER, number=game_day.pk, reason="enough")
    assert not FaultPlan.objects.get().enabled
    theatre.until_over(game_day)
    assert (game_day.state, game_day.verdict) == ("stopped", None)
    assert (game_day.ended_by, game_day.end_reason) == ("otto", "enough")
    assert not block_read().blocked
    with pytest.raises(Conflict, match="over already"):
        game_day_stop(actor=OTHER, number=game_day.pk)


def test_stop_all_ends_it_and_blocks_new_ones_until_released(theatre: Theatre) -> None:
    game_day = theatre.start(scene(errors(0.5, 60)))
    theatre.seconds(5)
    ran = stop_everything()
    stop_took(ran, 12.5)
    theatre.until_over(game_day)
    assert (game_day.ended_by, game_day.stop_ms) == ("otto", 12.5)
    blocked = block_read()
    assert (blocked.by, blocked.reason, blocked.stop_ms) == (
        "otto", "smoke in the room", 12.5,
    )  # fmt: skip
    with pytest.raises(Conflict, match=r"blocked: otto stopped game day"):
        theatre.start(scene(errors(0.5, 5)))
    block_release(actor=OPERATOR, reason="it was toast")
    assert block_read().release_reason == "it was toast"
    theatre.seconds(60)  # the page clears
    assert theatre.start(scene(errors(0.5, 5))).state == "running"
    actions = list(AuditEntry.objects.values_list("action", flat=True))
    assert {"game_days.blocked", "game_days.released"} <= set(actions)


def test_stop_all_ends_one_whose_row_cannot_be_read(theatre: Theatre) -> None:
    game_day = theatre.start(scene(errors(0.5, 60)))
    theatre.seconds(3)
    GameDay.objects.update(cursor={"of": "another version"})
    assert stop_everything() == [game_day.pk]
    game_day.refresh_from_db()
    assert (game_day.state, game_day.settled) == ("stopped", True)


def test_a_stop_that_is_written_late_ends_faults_that_were_set_since(
    theatre: Theatre,
) -> None:
    game_day = theatre.start(scene(errors(0.5, 60)))
    stopped = theatre.clock.now()
    theatre.seconds(2)  # the database was away; it began as that was back
    assert FaultPlan.objects.get().enabled
    with audited():
        game_days_stop_all(actor=OTHER, reason="late", stopped=stopped)
        plan_disable_late(actor=OTHER, reason="late", stopped=stopped)
    row = FaultPlan.objects.get()
    assert (row.enabled, row.holder) == (False, "")
    assert theatre.until_over(game_day).ended_by == "otto"


def test_none_begins_while_the_one_before_still_holds_the_faults(
    theatre: Theatre,
) -> None:
    step = Step(text("tidy up"), seconds=30)
    game_day = theatre.start(scene(errors(0.5, 60), rollbacks=(step,), expects=()))
    while game_day.state == "running":
        theatre.seconds(1)
        game_day.refresh_from_db()
    assert not game_day.settled
    with pytest.raises(Conflict, match=f"Game day {game_day.pk} holds"):
        beside_check(scene(errors(0.1, 5)))


def test_stop_all_without_a_game_day_blocks_nothing(theatre: Theatre) -> None:
    assert stop_everything() == []
    assert not block_read().blocked


def test_a_viewer_may_not_release() -> None:
    with pytest.raises(PermissionRefused):
        block_release(actor=VIEWER)
