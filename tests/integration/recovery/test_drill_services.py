"""A disaster drill from its start to its end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from ironclad.errors import Conflict, FieldsInvalid, NotFound, PermissionRefused
from sre_console.audit.actor import Actor
from sre_console.audit.services import moment
from sre_console.models import AuditEntry, DisasterDrill
from sre_console.recovery.drills.services import (
    drill_abandon,
    drill_finish,
    drill_start,
    drills_close_expired,
    lessons_write,
)
from sre_console.recovery.drills.stepping import step_change
from tests.integration.recovery.drilling import OPS, began, followed, ticked, told

pytestmark = pytest.mark.django_db


def finished(row: DisasterDrill, **asked: object) -> DisasterDrill:
    return drill_finish(actor=OPS, number=row.pk, asked=asked)[0]


def test_it_is_passed_when_all_is_done_in_time() -> None:
    row = finished(followed(began()), lessons="Faster than thought.")
    assert (row.state, row.verdict, row.ended_by) == ("finished", "passed", "ops")
    assert row.recovery_seconds is not None
    assert row.recovery_seconds < 60
    assert row.lost_seconds == 30
    assert (row.lessons, row.lessons_by) == ("Faster than thought.", "ops")
    assert told() == ["started", *["step_done"] * 8, "finished"]
    last = AuditEntry.objects.latest("id")
    assert last.subject == f"disaster drill {row.pk}"
    assert last.detail["verdict"] == "passed"
    assert last.detail["aimMet"] is True


def test_it_fails_with_a_step_that_is_not_done() -> None:
    row = finished(followed(began(), but="check"))
    assert row.verdict == "failed"
    entry = AuditEntry.objects.latest("id")
    assert entry.detail["objections"] == ["Check what was restored"]


def test_it_is_judged_by_what_was_promised_at_its_start() -> None:
    row = followed(began())
    row.document["promised"]["lostSeconds"] = 20
    row.save()
    assert finished(row).verdict == "failed"


def test_one_goes_on_at_a_time() -> None:
    row = began()
    with pytest.raises(Conflict, match=f"drill {row.pk} goes on"):
        began("region-lost")
    assert DisasterDrill.objects.count() == 1


def test_what_is_over_is_not_changed() -> None:
    row = drill_abandon(actor=OPS, number=began().pk, asked={"reason": "no time"})
    assert (row.state, row.verdict) == ("abandoned", None)
    assert row.document["abandonedBecause"] == "no time"
    with pytest.raises(Conflict):
        ticked(row, "backup")
    with pytest.raises(Conflict):
        finished(row)
    with pytest.raises(Conflict):
        drill_abandon(actor=OPS, number=row.pk, asked={})
    assert told() == ["started", "abandoned"]


def test_lessons_are_written_at_any_time() -> None:
    row = drill_abandon(actor=OPS, number=began().pk, asked={})
    asked = {"lessons": "Know\nwhere it is."}
    for _ in range(2):
        row = lessons_write(actor=OPS, number=row.pk, asked=asked)
    assert row.lessons == "Know\nwhere it is."
    assert told() == ["started", "abandoned", "lessons"]
    with pytest.raises(FieldsInvalid):
        lessons_write(actor=OPS, number=row.pk, asked={})


def test_it_refuses_what_there_is_not() -> None:
    with pytest.raises(FieldsInvalid, match="volume-lost"):
        began("earthquake")
    with pytest.raises(NotFound):
        finished(DisasterDrill(pk=999))
    with pytest.raises(NotFound):
        ticked(began(), "no-such")


@pytest.mark.parametrize("role", ["viewer", "approver"])
def test_only_operators_and_administrators_drill(role: str) -> None:
    row, actor = began(), Actor(name="x", role=role)
    calls: list[Callable[..., object]] = [
        partial(drill_start, asked={"scenario": "region-lost", "reason": "x"}),
        partial(step_change, number=row.pk, key="backup", asked={}),
        partial(drill_finish, number=row.pk, asked={}),
        partial(drill_abandon, number=row.pk, asked={}),
        partial(lessons_write, number=row.pk, asked={"lessons": "x"}),
    ]
    for call in calls:
        with pytest.raises(PermissionRefused):
            call(actor=actor)
    assert told() == ["started"]


def test_what_nobody_ends_is_abandoned_after_a_day() -> None:
    row = began()
    assert drills_close_expired(moment() + timedelta(hours=23)) == 0
    assert drills_close_expired(moment() + timedelta(hours=25)) == 1
    row.refresh_from_db()
    assert (row.state, row.ended_by) == ("abandoned", "ironclad")
    assert "24 h" in row.document["abandonedBecause"]
    assert told() == ["started", "expired"]
    assert AuditEntry.objects.latest("id").role == "system"


def test_what_has_expired_is_in_nobodys_way() -> None:
    old = began()
    DisasterDrill.objects.update(started_at=moment() - timedelta(hours=25))
    assert began("region-lost").pk != old.pk
    assert told() == ["started", "expired", "started"]
