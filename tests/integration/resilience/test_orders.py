from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from ironclad.clock import clock
from ironclad.errors import NotFound, PermissionRefused, ValidationFailed
from ironclad.resilience.breaker import Breaker, BreakerPolicy
from sre_console.audit.actor import Actor
from sre_console.chaos.rows import database_now
from sre_console.models import AuditEntry, BreakerOrder, Replica
from sre_console.resilience.orders import (
    order_carry_out,
    order_give,
    orders_after,
    orders_newest,
)

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


def meant(replica: UUID, after: int = 0) -> list[str]:
    return [order.action for order in orders_after(after, replica)]


def test_an_order_reaches_the_replica_it_is_for() -> None:
    give(str(ONE))
    assert meant(ONE) == ["trip"]
    assert meant(TWO) == []


def test_without_a_replica_it_is_for_all() -> None:
    give()
    assert meant(ONE) == meant(TWO) == ["trip"]


def test_it_is_carried_out_once() -> None:
    give()
    assert meant(ONE, orders_newest()) == []


def test_a_replica_that_hears_of_it_too_late_leaves_it() -> None:
    give()
    BreakerOrder.objects.update(ordered_at=database_now() - timedelta(seconds=11))
    assert meant(ONE) == []


def test_it_is_audited_with_its_replica() -> None:
    order_give(
        actor=OPERATOR, breaker="database", action="reset", replica=ONE, reason="well"
    )
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("breaker.reset", "database")
    assert entry.detail == {"replica": str(ONE), "reason": "well"}


def test_a_breaker_or_replica_that_nobody_has_is_not_found() -> None:
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


def test_carrying_out_trips_and_resets() -> None:
    breaker = Breaker(
        "database",
        BreakerPolicy(),
        monotonic=clock.monotonic,
        publish=lambda _event: None,
    )
    order_carry_out(
        BreakerOrder(breaker="database", action="trip"), {"database": breaker}
    )
    assert breaker.standing().state == "open"
    order_carry_out(
        BreakerOrder(breaker="other", action="reset"), {"database": breaker}
    )
    assert breaker.standing().state == "open"
    order_carry_out(
        BreakerOrder(breaker="database", action="reset"), {"database": breaker}
    )
    assert breaker.standing().state == "closed"
