"""Notifications that wait to be delivered: taken, tried, tried again later, given up.

Each is delivered at least once: one that was sent just before its process died is sent again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from ironclad.database.existing import exists
from ironclad.errors import Conflict, NotFound
from ironclad.observability.metrics import count_notification
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.chaos.rows import database_now
from sre_console.incidents.places import NAMED, named
from sre_console.models import Notification

_DUE = """
SELECT FROM notification WHERE state = 'pending' AND due_at <= statement_timestamp()
"""
CLAIMED = 60.0  # seconds that whoever took it has; then anybody may
ATTEMPTS = 8  # then it is given up: some eight minutes after the first
_FIRST, _MOST = 4.0, 240.0  # seconds before the next attempt, doubled each time
_LEFT_ALONE = 5.0  # seconds until it is asked again whether a place is
PROBLEM_MOST = 500  # characters
RETRIED = ("dead", "held")  # states that only a person ends
To = tuple[str, str]  # channel and name of a place


@dataclass(frozen=True, slots=True)
class Message:
    """One notification on its way."""

    pk: int
    attempt: int
    channel: str
    place: str
    kind: str
    body: Mapping[str, object]

    @property
    def to(self) -> To:
        return self.channel, self.place


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt went; `problem` empty: it was delivered."""

    message: Message
    problem: str = ""
    final: bool = False  # another attempt would go no other way
    unsent: bool = False  # the place was left alone: no attempt was made


def messages_claim(
    most: int, *, each: int | None = None, taken: Mapping[To, int] | None = None
) -> list[Message]:
    """Take up to so many that are due; nobody else takes them meanwhile.

    No more than `each` for one place, those included of it that are `taken` already: one that
    is slow leaves room for the others.
    """
    if not exists(_DUE):
        return []
    with transaction.atomic():
        now = database_now()
        due = Notification.objects.filter(state="pending", due_at__lte=now)
        chosen = _chosen(due, most, most if each is None else each, taken or {})
        rows = list(
            due.filter(pk__in=chosen)
            .select_for_update(skip_locked=True)
            .order_by("due_at", "id")
        )
        for row in rows:
            row.attempts += 1
            row.due_at = now + timedelta(seconds=CLAIMED)
            row.place = named(row.channel, row.place)
        Notification.objects.bulk_update(rows, ["attempts", "due_at", "place"])
    return [
        Message(row.pk, row.attempts, row.channel, row.place, row.kind, row.body)
        for row in rows
    ]


def _chosen(
    due: QuerySet[Notification], most: int, each: int, taken: Mapping[To, int]
) -> list[int]:
    """The first of each place that there is room for, the longest due first."""
    turn = Window(
        RowNumber(),
        partition_by=[F("channel"), F("place")],
        order_by=["due_at", "id"],
    )
    firsts = due.annotate(turn=turn).filter(turn__lte=each).order_by("due_at", "id")
    room = Counter(taken)
    found: list[int] = []
    for number, channel, place in firsts.values_list("pk", "channel", "place"):
        to = channel, named(channel, place)
        if len(found) < most and room[to] < each:
            room[to] += 1
            found.append(number)
    return found


def places_name() -> None:
    """Name what versions before this one wrote as whole addresses, which may be secrets."""
    rows = Notification.objects.filter(channel="webhook")
    whole = rows.exclude(place__regex=f"^{NAMED.pattern}$").order_by()
    for address in set(whole.values_list("place", flat=True)):
        rows.filter(place=address).update(place=named("webhook", address))


def outcomes_store(outcomes: Sequence[Outcome]) -> None:
    """Write down how attempts went. One that somebody else has taken since is left alone."""
    now = database_now()
    for outcome in outcomes:
        message = outcome.message
        mine = Notification.objects.filter(
            pk=message.pk, state="pending", attempts=message.attempt
        )
        problem = outcome.problem[:PROBLEM_MOST]
        if not outcome.problem:
            if mine.update(state="delivered", delivered_at=now, problem=""):
                count_notification(message.channel, "delivered")
        elif outcome.unsent:
            wait = timedelta(seconds=_LEFT_ALONE)
            mine.update(due_at=now + wait, problem=problem, attempts=F("attempts") - 1)
        elif outcome.final or message.attempt >= ATTEMPTS:
            if mine.update(state="dead", problem=problem):
                count_notification(message.channel, "dead")
        else:
            wait = timedelta(seconds=wait_after(message.attempt))
            mine.update(due_at=now + wait, problem=problem)


def wait_after(attempt: int) -> float:
    """Seconds until the next attempt, after the one with this number (from 1)."""
    return min(_MOST, float(_FIRST * 2 ** (attempt - 1)))


def notification_retry(*, actor: Actor, number: int) -> Notification:
    """Have one that was given up or held back sent. Raises Conflict for any other."""
    access_check(actor, "notifications.retry")
    with audited():
        row = Notification.objects.select_for_update().filter(pk=number).first()
        if row is None:
            raise NotFound
        if row.state not in RETRIED:
            message = f"A notification that is {row.state} is not tried again."
            raise Conflict(message)
        before = {"state": row.state}
        row.state, row.attempts, row.due_at = "pending", 0, database_now()
        row.save(update_fields=["state", "attempts", "due_at"])
        record(
            actor=actor,
            action="notification.retried",
            subject=f"notification {row.pk}",
            detail={"channel": row.channel, "kind": row.kind},
            before=before,
            after={"state": row.state},
        )
        return row
