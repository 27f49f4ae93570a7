from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from ironclad.clock import clock
from ironclad.errors import NotFound, PermissionRefused, ValidationFailed
from ironclad.resilience.breaker import Breaker, BreakerPolicy
from ironclad.resilience.process import breakers
from sre_console.audit.actor import Actor
from sre_console.chaos.rows import database_now
from sre_console.models import AuditEntry, BreakerOrder, Replica
from sre_console.resilience.orders import (
    order_carry_out,
    order_give,
    orders_after,
)
from tests.integration.threads import at_once

OPERATOR = Actor(name="ann", role="operator")
ONE, TWO = uuid4(), uuid4()
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _replicas(db: None) -> None:
    now = database_now()
    for replica in (ONE, TWO):
        Replica.objects.create(
            id=replica, started_at=now, seen_at=now,
            resilience={"breakers": [{"name": "database"}]},
        )  # fmt: skip


def give(replica: object = None, breaker: str = "database") -> None:
    order_give(actor=OPERATOR, breaker=breaker, action="trip", replica=replica)


LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


def meant(replica: UUID, after: int = 0, since: datetime = LONG_AGO) -> list[str]:
    return [order.action for order in orders_after(after, replica, since=since)]


def test_an_order_reaches_the_replica_it_is_for() -> None:
    give(str(ONE))
    assert meant(ONE) == ["trip"]
    assert meant(TWO) == []


def test_without_a_replica_it_is_for_all() -> None:
    give()
    assert meant(ONE) == meant(TWO) == ["trip"]


def test_it_is_carried_out_once() -> None:
    give()
    assert meant(ONE, BreakerOrder.objects.latest("id").pk) == []


def test_one_from_before_a_replica_began_is_not_for_it() -> None:
    give()
    given = BreakerOrder.objects.get().ordered_at
    assert meant(ONE, since=given) == []
    assert meant(ONE, since=given - timedelta(microseconds=1)) == ["trip"]


def test_of_two_at_once_the_later_has_the_higher_number(
    transactional_db: None,
) -> None:
    def give_often() -> None:
        for _ in range(5):
            give()

    at_once([give_often] * 4)
    orders = BreakerOrder.objects.order_by("id")
    assert len(orders) == 20
    entries = AuditEntry.objects.order_by("id").values_list("at", flat=True)
    moments = [order.ordered_at for order in orders]
    assert moments == sorted(moments)
    # each was given while the log was locked for it: after the entry before, before its own
    assert all(
        before < given < at
        for before, given, at in zip(
            [LONG_AGO, *entries], moments, entries, strict=False
        )
    )


def test_a_replica_that_hears_of_it_too_late_leaves_it() -> None:
    give()
    BreakerOrder.objects.update(ordered_at=database_now() - timedelta(seconds=11))
    assert meant(ONE) == []


def test_a_breaker_that_this_process_has_is_known_before_it_has_told_of_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    breaker = Breaker(
        "database",
        BreakerPolicy(),
        monotonic=clock.monotonic,
        publish=lambda _event: None,
    )
    monkeypatch.setitem(breakers, "database", breaker)
    Replica.objects.all().delete()
    give()
    assert BreakerOrder.objects.exists()


def test_it_is_audited_with_its_replica() -> None:
    order_give(
        actor=OPERATOR, breaker="database", action="reset", replica=ONE, reason="well"
    )
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("breaker.reset", "breaker database")
    assert (entry.detail, entry.reason) == ({"replica": str(ONE)}, "well")


def test_a_breaker_or_replica_that_nobody_has_is_not_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(breakers, "database", raising=False)
    with pytest.raises(NotFound):
        give(breaker="cache")
    with pytest.raises(NotFound):
        give(str(uuid4()))
    Replica.objects.update(seen_at=database_now() - timedelta(minutes=1))
    with pytest.raises(NotFound):
        give()
    assert not BreakerOrder.objects.exists()


@pytest.mark.parametrize("wrong", ["x", 7, ["a"], ""])
def test_what_is_no_id_is_told(wrong: object) -> None:
    with pytest.raises(ValidationFailed) as refusal:
        give(wrong)
    assert refusal.value.field == "replica"


def test_a_viewer_may_not() -> None:
    with pytest.raises(PermissionRefused):
        order_give(
            actor=Actor(name="vic", role="viewer"), breaker="database", action="trip"
        )


def test_carrying_out_trips_and_resets(monkeypatch: pytest.MonkeyPatch) -> None:
    breaker = Breaker(
        "database",
        BreakerPolicy(),
        monotonic=clock.monotonic,
        publish=lambda _event: None,
    )
    monkeypatch.setitem(breakers, "database", breaker)
    order_carry_out(BreakerOrder(breaker="database", action="trip"))
    assert breaker.standing().state == "open"
    order_carry_out(BreakerOrder(breaker="other", action="reset"))
    assert breaker.standing().state == "open"
    order_carry_out(BreakerOrder(breaker="database", action="reset"))
    assert breaker.standing().state == "closed"
