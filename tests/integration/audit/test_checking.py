"""The walk in steps, which the page shows, and what the leader does for the log."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from sre_console.audit.checking import (
    check_follow,
    check_json,
    check_newest,
    check_start,
    check_step,
)
from sre_console.audit.verification import head
from sre_console.audit.watch import EVERY, Watch
from sre_console.models import AuditVerification
from tests.integration.audit.tampering import copied, sql
from tests.integration.audit.test_record import write

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _entries() -> None:
    for number in range(7):
        write(number)


def state() -> object:
    return check_json(check_newest())["state"]


def test_it_goes_on_step_by_step_to_the_newest() -> None:
    assert state() == "never"
    row = check_start(by="ann")
    verified = []
    while row.finished_at is None:
        assert state() == "running"
        row = check_step(row, most=3)
        verified.append(row.verified)
    assert verified == [3, 6, 7]
    assert (state(), row.hash) == ("unbroken", head().hash)


def test_two_that_begin_share_one_walk() -> None:
    first = check_start(by="ann")
    check_step(first, most=3)
    second = check_start(by="bob")
    assert (second.id, second.verified) == (first.id, 3)


def test_it_follows_what_is_written_since() -> None:
    row = check_step(check_start(by="ann"))
    write()
    row = check_step(check_follow(row))
    assert (row.verified, state()) == (8, "unbroken")


def test_it_stops_at_the_first_broken_entry() -> None:
    sql("UPDATE audit_entry SET actor = 'mallory' WHERE id IN (4, 6)")
    row = check_start(by="ann")
    while row.finished_at is None:
        row = check_step(row, most=2)
    told = check_json(check_newest())
    assert (told["state"], row.verified, row.broken) == ("broken", 3, 4)
    assert check_follow(row).finished_at is not None


def test_an_entry_before_the_first_is_no_hiding_place() -> None:
    sql(copied(1, 0))
    assert check_step(check_start(by="ann")).broken == 0


def test_a_tail_that_goes_away_meanwhile_is_told() -> None:
    row = check_step(check_start(by="ann"), most=3)
    sql("DELETE FROM audit_entry WHERE id > 5")
    row = check_step(row)
    assert (row.why, row.broken, row.other) == ("tail", 7, 6)


def test_nobody_makes_up_that_all_was_well() -> None:
    sql("UPDATE audit_entry SET actor = 'mallory' WHERE id = 4")
    check_step(check_start(by="ann"))
    assert state() == "broken"
    AuditVerification.objects.update(broken=None, why="", verified=7)
    assert state() == "never"


def test_the_leader_tells_the_head_each_minute_and_walks() -> None:
    watch = Watch()
    with capture_logs() as logs:
        for _ in range(EVERY + 1):
            watch.turn()
    told = [log for log in logs if log["event"] == "audit_head"]
    assert [(log["number"], log["digest"]) for log in told] == [(8, head().hash)] * 2
    assert state() == "unbroken"


def test_the_leader_tells_of_what_is_broken_and_of_a_cut_end() -> None:
    watch = Watch()
    watch.turn()
    sql("DELETE FROM audit_entry WHERE id > 5")
    with capture_logs() as logs:
        for _ in range(EVERY):
            watch.turn()
    assert "audit_cut" in [log["event"] for log in logs]
    sql("UPDATE audit_entry SET actor = 'mallory' WHERE id = 3")
    AuditVerification.objects.all().delete()
    with capture_logs() as logs:
        Watch().turn()
    (error,) = [log for log in logs if log["event"] == "audit_broken"]
    assert (error["entry"], error["why"]) == (3, "changed")
