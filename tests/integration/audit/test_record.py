from __future__ import annotations

import pytest
from django.db import transaction

from sre_console.audit.actor import Actor
from sre_console.audit.chain import GENESIS
from sre_console.audit.services import audited, record
from sre_console.audit.verification import head, verify
from sre_console.models import AuditEntry
from tests.integration.threads import at_once

ANN = Actor("ann", "operator", "request-1")


def write(number: int = 0) -> AuditEntry:
    with audited():
        return record(actor=ANN, action="test.written", detail={"number": number})


@pytest.mark.django_db
def test_an_entry_says_who_did_what_and_when() -> None:
    with audited():
        entry = record(actor=ANN, action="a.b", subject="s", detail={"rate": 0.07})
    stored = AuditEntry.objects.get()
    assert (stored.actor, stored.role, stored.request_id) == (
        "ann",
        "operator",
        "request-1",
    )
    assert (stored.action, stored.subject, stored.detail) == (
        "a.b",
        "s",
        {"rate": 0.07},
    )
    assert stored.at == entry.at


@pytest.mark.django_db
def test_each_entry_carries_the_hash_of_the_one_before() -> None:
    first, second = write(1), write(2)
    assert first.previous_hash == GENESIS
    assert second.previous_hash == first.hash
    assert head() == (2, second.hash)


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_stand_outside_the_transaction_of_the_change() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError, match="transaction"):
        record(actor=ANN, action="a.b")


@pytest.mark.django_db(transaction=True)
def test_a_change_that_fails_leaves_no_entry() -> None:
    with audited():
        record(actor=ANN, action="a.b")
        transaction.set_rollback(True)
    assert not AuditEntry.objects.exists()
    write()
    assert verify() == []


@pytest.mark.django_db(transaction=True)
def test_parallel_writers_make_one_unbroken_chain() -> None:
    at_once([lambda: [write(number) for number in range(10)] for _ in range(6)])
    assert AuditEntry.objects.count() == 60
    assert AuditEntry.objects.values("previous_hash").distinct().count() == 60
    assert verify() == []


@pytest.mark.django_db
def test_whatever_somebody_typed_can_be_recorded_and_verified() -> None:
    actor = Actor("\x00\ud800" + "n" * 500, "operator", "r" * 500)
    detail = {"typed\x00": ["\ud800", 1e22, -0.0, 1.0, None, True, object]}
    with audited():
        record(actor=actor, action="a.b", subject="s" * 999, detail=detail)
    assert verify() == []
