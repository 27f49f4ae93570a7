"""An operator's orders to circuit breakers: each replica carries out those meant for it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from ironclad.database.existing import exists
from ironclad.errors import NotFound, ValidationFailed
from ironclad.resilience.process import breakers
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import REPLICA_SILENT
from sre_console.models import BreakerOrder, Replica
from sre_console.resilience.channel import notify

_FRESH = """
SELECT FROM breaker_order WHERE id > %s AND ordered_at > statement_timestamp() - %s
"""
Action = Literal["trip", "reset"]
# A replica that hears of an order later than this leaves it: who gave it looks no more.
VALID = timedelta(seconds=10)


def order_give(
    *,
    actor: Actor,
    breaker: str,
    action: Action,
    replica: object = None,
    reason: str = "",
) -> None:
    """Order a breaker of one replica, or of all, to open or to close.

    Raises NotFound for a breaker or a replica that nobody has, ValidationFailed for what is
    no replica's id.
    """
    access_check(actor, "patterns.change")
    with audited():
        wanted = _replica_read(replica)
        alive = Replica.objects.filter(seen_at__gt=database_now() - REPLICA_SILENT)
        if wanted is not None:
            alive = alive.filter(id=wanted)
        states = list(alive.values_list("resilience", flat=True))
        known = {b["name"] for state in states for b in state.get("breakers", ())}
        if wanted is None:
            known |= set(breakers)  # no replica may have told of itself just now
        if breaker not in known:
            message = "No running replica has such a circuit breaker."
            raise NotFound(message)
        BreakerOrder.objects.create(
            breaker=breaker, replica=wanted, action=action, ordered_by=actor.name[:150]
        )
        record(
            actor=actor,
            action=f"breaker.{action}",
            subject=f"breaker {breaker}",
            detail={"replica": str(wanted or "all")},
            reason=reason,
        )
        notify(connection)


def orders_after(last: int, replica: UUID, *, since: datetime) -> list[BreakerOrder]:
    """The orders for this replica that came after one, oldest first.

    `since`: when the replica began; older ones are not for it. Ids are given under the audit
    log's lock, so none comes late with a lower one.
    """
    if not exists(_FRESH, last, VALID):
        return []
    meant = Q(replica=None) | Q(replica=replica)
    orders = BreakerOrder.objects.filter(meant, id__gt=last, ordered_at__gt=since)
    fresh = orders.filter(ordered_at__gt=Now() - VALID)
    return list(fresh.order_by("id"))


def order_carry_out(order: BreakerOrder) -> None:
    """In this replica's memory; harmless when repeated."""
    breaker = breakers.get(order.breaker)
    if breaker is None:
        return
    if order.action == "trip":
        breaker.trip()
    else:
        breaker.reset()


def _replica_read(replica: object) -> UUID | None:
    if replica is None:
        return None
    try:
        return UUID(str(replica))
    except ValueError as error:
        message = "replica must be the id of a replica, or left out for all."
        raise ValidationFailed(message, field="replica") from error
