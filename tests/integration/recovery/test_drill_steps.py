"""The steps of a drill: the timer of the outage, and the measured loss."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ironclad.envelope import timestamp
from ironclad.errors import Conflict, FieldsInvalid
from sre_console.audit.services import moment
from sre_console.models import AuditEntry
from sre_console.recovery.drills.services import drill_finish
from tests.integration.recovery.drilling import (
    OPS,
    READ,
    began,
    followed,
    restored,
    ticked,
    told,
)

pytestmark = pytest.mark.django_db


def test_a_tick_says_who_and_when_and_what_they_noted() -> None:
    row = ticked(began(), "backup", note="full of 03:00\nand the log")
    assert [each["key"] for each in row.steps] == ["backup"]
    assert row.steps[0]["by"] == "ops"
    assert row.steps[0]["note"] == "full of 03:00\nand the log"
    row = ticked(row, "backup", done=False)
    assert row.steps == []
    assert told() == ["started", "step_done", "step_undone"]


def test_ticked_twice_it_is_one_tick() -> None:
    row = began()
    for _ in range(2):
        ticked(row, "backup")
    assert told() == ["started", "step_done"]


def test_the_timer_runs_from_the_disaster_to_the_service() -> None:
    row = ticked(began(), "lose")
    assert row.struck_at is not None
    assert row.recovery_seconds is None
    row = ticked(row, "serve")
    assert row.struck_at is not None
    assert row.served_at is not None
    lasted = (row.served_at - row.struck_at).total_seconds()
    assert 0 < lasted < 60
    assert row.recovery_seconds == lasted
    row = ticked(row, "serve", done=False)
    assert (row.served_at, row.recovery_seconds) == (None, None)


def test_a_moment_may_be_told_later_when_the_database_was_away() -> None:
    row, now = began(), moment()
    struck, served = now - timedelta(minutes=20), now - timedelta(minutes=3)
    row = ticked(row, "lose", at=timestamp(struck))
    row = ticked(row, "serve", at=timestamp(served))
    assert row.recovery_seconds == pytest.approx(17 * 60, abs=0.01)
    assert row.steps[-1]["told"] is True
    assert AuditEntry.objects.latest("id").detail["told"] is True


def test_moments_that_cannot_be_are_refused() -> None:
    row, now = began(), moment()
    for at in (now + timedelta(minutes=1), row.started_at - timedelta(hours=25)):
        with pytest.raises(FieldsInvalid):
            ticked(row, "lose", at=timestamp(at))
    with pytest.raises(Conflict, match="not struck"):
        ticked(row, "serve")
    ticked(row, "lose")
    with pytest.raises(FieldsInvalid, match="before the disaster"):
        ticked(row, "serve", at=timestamp(now - timedelta(minutes=1)))
    ticked(row, "serve")
    with pytest.raises(Conflict, match="take that back first"):
        ticked(row, "lose", done=False)


def test_only_steps_of_the_timer_take_a_moment() -> None:
    row = began()
    with pytest.raises(FieldsInvalid, match="timer"):
        ticked(row, "backup", at=timestamp(moment()))
    with pytest.raises(FieldsInvalid, match="measures nothing"):
        ticked(row, "backup", **READ)


def test_a_restore_tells_what_was_lost() -> None:
    row, run = began(), restored(lost=2.5)
    row = ticked(row, "loss", restore=run.pk)
    assert (row.restore, row.lost_seconds) == (run, 2.5)
    row = ticked(row, "loss", done=False)
    assert (row.restore, row.lost_seconds) == (None, None)


def test_two_moments_tell_it_too_with_where_they_were_read() -> None:
    row = ticked(began(), "loss", **READ)
    assert row.lost_seconds == 30
    assert row.steps[0]["source"] == "users.updated_at"
    assert AuditEntry.objects.latest("id").detail["source"] == "users.updated_at"


def test_a_loss_is_not_just_ticked_off() -> None:
    row, now = began(), moment()
    unmeasured = restored(lost=None)
    of_before = restored(ended=now - timedelta(hours=1))
    for asked in ({}, {"restore": unmeasured.pk}, {"restore": of_before.pk}):
        with pytest.raises(FieldsInvalid):
            ticked(row, "loss", **asked)


def test_a_restore_stands_in_for_the_timer_but_not_for_its_steps() -> None:
    row = followed(began(), but="serve")
    row = ticked(row, "loss", done=False)
    row = ticked(row, "loss", restore=restored().pk)
    row, judgement = drill_finish(actor=OPS, number=row.pk, asked={})
    assert row.recovery_seconds == 8
    assert [each.step for each in judgement.objections] == ["Let it serve"]
