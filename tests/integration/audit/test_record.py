from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection, transaction
from pytest_django import Settings

from sre_console.audit.actor import Actor
from sre_console.audit.chain import GENESIS, SEALED
from sre_console.audit.services import audited, record
from sre_console.audit.verification import Head, head, verify
from sre_console.models import AuditEntry
from tests.integration.threads import at_once

ANN = Actor(
    "ann",
    "operator",
    "request-1",
    address="192.0.2.7",
    scopes=frozenset({"chaos"}),
    via="token ci",
)


def write(number: int = 0) -> AuditEntry:
    with audited():
        return record(actor=ANN, action="test.written", detail={"number": number})


@pytest.mark.django_db
def test_an_entry_says_who_did_what_when_from_where_and_why() -> None:
    with audited():
        entry = record(
            actor=ANN,
            action="a.b",
            subject="s",
            detail={"more": 1},
            before={"rate": 0.01},
            after={"rate": 0.07},
            reason="to see",
        )
    stored = AuditEntry.objects.get()
    assert (stored.actor, stored.role, stored.via) == ("ann", "operator", "token ci")
    assert (stored.address, stored.request_id) == ("192.0.2.7", "request-1")
    assert (stored.action, stored.subject, stored.reason) == ("a.b", "s", "to see")
    assert (stored.before, stored.after) == ({"rate": 0.01}, {"rate": 0.07})
    assert stored.detail == {"more": 1}
    assert (stored.id, stored.scheme, stored.at) == (1, SEALED, entry.at)


@pytest.mark.django_db
def test_each_entry_carries_the_next_number_and_the_hash_of_the_one_before() -> None:
    first, second = write(1), write(2)
    assert (first.id, second.id) == (1, 2)
    assert first.previous_hash == GENESIS
    assert second.previous_hash == first.hash
    assert head() == Head(2, second.hash)


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_stand_outside_the_transaction_of_the_change() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        record(actor=ANN, action="a.b")


@pytest.mark.django_db
def test_without_a_key_nothing_is_written(settings: Settings) -> None:
    settings.AUDIT_KEY = ""
    with pytest.raises(ImproperlyConfigured, match="AUDIT_KEY"):
        write()


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_leaves_no_entry_and_no_gap() -> None:
    write()
    with audited():
        record(actor=ANN, action="a.b")
        transaction.set_rollback(True)
    assert AuditEntry.objects.count() == 1
    assert write().id == 2
    assert verify().broken is None


@pytest.mark.django_db(transaction=True)
def test_parallel_writers_make_one_unbroken_chain() -> None:
    at_once([lambda: [write(number) for number in range(10)] for _ in range(6)])
    numbers = AuditEntry.objects.order_by("id").values_list("id", flat=True)
    assert list(numbers) == [*range(1, 61)]
    assert verify().entries == 60
    assert verify().broken is None


@pytest.mark.django_db
def test_whatever_somebody_typed_can_be_recorded_and_verified() -> None:
    actor = Actor("\x00\ud800" + "n" * 500, "operator", "r" * 500, "a" * 99)
    typed = {"typed\x00": ["\ud800", 1e22, -0.0, 1.0, 1e-7, None, True, object]}
    typed["é"] = [float("nan"), float("inf"), 10**400, "\u2028 '\"\\ </script>", {}]
    with audited():
        record(
            actor=actor, action="a.b", subject="s" * 999, reason="r" * 9999,
            detail=typed, before=typed, after=typed,
        )  # fmt: skip
    assert verify().broken is None


APPEND = (
    "SELECT audit_entry_append(%s, clock_timestamp(), 'a', 'b', '', '', '', 'c.d', '', "
    "'', '{}', '{}', '{}', %s, repeat('a', 64), repeat('b', 16))"
)


@pytest.mark.django_db
@pytest.mark.parametrize(("number", "previous"), [(1, None), (3, None), (2, "f" * 64)])
def test_the_database_lets_only_the_next_link_in(
    number: int, previous: str | None
) -> None:
    entry = write()
    with (
        pytest.raises(DatabaseError, match="does not follow"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(APPEND, [number, previous or entry.hash])


@pytest.mark.any_postgres
@pytest.mark.django_db
def test_no_line_is_read_backwards() -> None:
    with audited():
        told = record(
            actor=Actor("ann\u202e", "operator"),
            action="a.b",
            subject="\u2067x\u2028y",
            reason="ended\u202e \x85by \N{HEBREW LETTER ALEF} \U0001f468\u200d\U0001f4bb",
        )
    mark = "\N{REPLACEMENT CHARACTER}"
    assert (told.actor, told.subject) == (f"ann{mark}", f"{mark}x{mark}y")
    kept = "by \N{HEBREW LETTER ALEF} \U0001f468\u200d\U0001f4bb"
    assert told.reason == f"ended{mark} {mark}{kept}"
