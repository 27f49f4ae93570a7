from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_django import Settings

from ironclad.errors import FieldsInvalid, PermissionRefused, PreconditionFailed
from sre_console.audit.actor import Actor
from sre_console.chaos.rows import database_now
from sre_console.models import AuditEntry, PatternPeriod, PatternSwitch
from sre_console.resilience.periods import pattern_periods_json
from sre_console.resilience.selectors import switch_read
from sre_console.resilience.services import (
    switch_close_expired,
    switch_lapse,
    switch_restore,
    switch_restore_late,
    switch_set,
)

OPERATOR = Actor(name="ann", role="operator")
VIEWER = Actor(name="vic", role="viewer")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _allowed(settings: Settings) -> None:
    settings.CHAOS_ALLOWED = True


def off(*names: str, **more: object) -> dict[str, object]:
    return {"off": list(names), "reason": "drill", **more}


def test_all_are_in_force_at_first() -> None:
    switch, remaining = switch_read()
    assert (switch.version, switch.off, remaining) == (0, (), 0)


def test_patterns_are_off_with_owner_reason_and_expiry() -> None:
    switch = switch_set(actor=OPERATOR, asked=off("retry", "breaker", ttlSeconds=60))
    assert switch.off == ("breaker", "retry")
    assert (switch.started_by, switch.reason) == ("ann", "drill")
    assert switch.started_at is not None
    assert switch.expires_at == switch.started_at + timedelta(seconds=60)
    _, remaining = switch_read()
    assert 59 < remaining <= 60


def test_a_change_is_audited_and_has_its_period() -> None:
    switch_set(actor=OPERATOR, asked=off("retry"))
    switch_set(actor=OPERATOR, asked=off())
    entries = AuditEntry.objects.order_by("id").values_list("action", "actor")
    assert list(entries) == [("patterns.set", "ann"), ("patterns.restored", "ann")]
    period = PatternPeriod.objects.get()
    assert (period.off, period.end) == (["retry"], "restored")


def test_a_new_set_takes_the_place_of_the_old() -> None:
    switch_set(actor=OPERATOR, asked=off("retry"))
    switch_set(actor=OPERATOR, asked=off("deadline"))
    assert switch_read()[0].off == ("deadline",)
    ends = PatternPeriod.objects.order_by("version").values_list("end", flat=True)
    assert list(ends) == ["changed", ""]


def test_the_read_cache_is_switched_like_the_others() -> None:
    switch = switch_set(actor=OPERATOR, asked=off("cache", "retry"))
    assert switch.off == ("retry", "cache")


def test_a_viewer_may_not() -> None:
    with pytest.raises(PermissionRefused):
        switch_set(actor=VIEWER, asked=off("retry"))
    with pytest.raises(PermissionRefused):
        switch_restore(actor=VIEWER)
    assert not AuditEntry.objects.exists()


def test_where_faults_are_not_allowed_nothing_is_switched_off_but_all_on(
    settings: Settings,
) -> None:
    switch_set(actor=OPERATOR, asked=off("retry"))
    settings.CHAOS_ALLOWED = False
    assert switch_read()[0].off == ()
    with pytest.raises(PermissionRefused):
        switch_set(actor=OPERATOR, asked=off("breaker"))
    switch_set(actor=OPERATOR, asked=off())
    assert PatternSwitch.objects.get().off == []


def test_whoever_was_slower_is_refused() -> None:
    switch_set(actor=OPERATOR, asked=off("retry"))
    with pytest.raises(PreconditionFailed):
        switch_set(actor=OPERATOR, asked=off(), expected_version=0)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({}, "off"),
        ({"off": "retry"}, "off"),
        ({"off": ["caches"]}, "off"),
        ({"off": [["retry"]]}, "off"),
        ({"off": [], "ttlSeconds": 0}, "ttlSeconds"),
        ({"off": [], "ttlSeconds": 3601}, "ttlSeconds"),
        ({"off": [], "reason": "two\nlines"}, "reason"),
        ({"off": [], "patterns": []}, "patterns"),
    ],
)
def test_it_names_the_field_that_is_wrong(asked: dict[str, object], field: str) -> None:
    with pytest.raises(FieldsInvalid) as refusal:
        switch_set(actor=OPERATOR, asked=asked)
    assert [name for name, _ in refusal.value.problems] == [field]


def test_restoring_what_is_in_force_writes_nothing() -> None:
    switch_restore(actor=OPERATOR)
    assert not AuditEntry.objects.exists()


def test_an_expiry_ends_it_for_every_reader_and_is_written_down() -> None:
    switch_set(actor=OPERATOR, asked=off("retry"))
    past = database_now() - timedelta(seconds=1)
    PatternSwitch.objects.update(expires_at=past)
    PatternPeriod.objects.update(expires_at=past)
    assert switch_read()[0].off == ()
    (band,) = pattern_periods_json(past - timedelta(hours=1), database_now())
    assert (band["to"], band["end"]) == (past.timestamp(), "expired")
    assert switch_close_expired() == 1
    assert switch_close_expired() == 0
    assert PatternPeriod.objects.get().end == "expired"
    assert AuditEntry.objects.latest("id").action == "patterns.expired"


def test_a_lapse_is_written_once_and_only_for_its_version() -> None:
    first = switch_set(actor=OPERATOR, asked=off("retry"))
    switch_lapse(version=first.version - 1)
    assert switch_read()[0].off == ("retry",)
    switch_lapse(version=first.version)
    switch_lapse(version=first.version)
    assert PatternPeriod.objects.get().end == "lapsed"
    entries = AuditEntry.objects.filter(action="patterns.lapsed")
    assert [entry.actor for entry in entries] == ["ironclad"]


def test_a_stop_during_an_outage_is_told_with_who_stopped() -> None:
    switch = switch_set(actor=OPERATOR, asked=off("retry"))
    assert switch.started_at is not None
    bob = Actor(name="bob", role="operator")
    before = switch.started_at - timedelta(microseconds=1)
    switch_restore_late(actor=bob, stopped=before)
    assert switch_read()[0].off == ("retry",)  # it is newer than the stop
    switch_restore_late(actor=bob, stopped=switch.started_at)
    switch_restore_late(actor=bob, stopped=switch.started_at)
    assert AuditEntry.objects.latest("id").actor == "bob"
    assert PatternPeriod.objects.get().end == "restored"
    assert AuditEntry.objects.count() == 2
