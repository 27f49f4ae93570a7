"""Whatever a superuser does to the log is found at the exact row."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django import Settings

from sre_console.audit.chain import GENESIS
from sre_console.audit.verification import Finding, head, verify
from sre_console.audit.walk import Broken
from sre_console.models import AuditEntry
from tests.integration.audit.tampering import copied, plain, renumbered, sql
from tests.integration.audit.test_record import write

pytestmark = pytest.mark.django_db


@pytest.fixture
def entries() -> list[AuditEntry]:
    return [write(number) for number in range(5)]


def told(*arguments: str) -> str:
    out = StringIO()
    call_command("audit", *arguments, stdout=out)
    return out.getvalue().strip()


@pytest.mark.usefixtures("entries")
def test_an_untouched_log_is_unbroken() -> None:
    assert verify().broken is None
    assert told("verify") == f"5 entries, unbroken. Head: {head()}"
    assert told("verify", "--head", told("head")) == told("verify")


CHANGES = [
    ("actor = 'mallory'", Broken(3, "changed")),
    ("role = 'viewer'", Broken(3, "changed")),
    ("via = ''", Broken(3, "changed")),
    ("address = '192.0.2.8'", Broken(3, "changed")),
    ("request_id = ''", Broken(3, "changed")),
    ("action = 'x.y'", Broken(3, "changed")),
    ("subject = 'x'", Broken(3, "changed")),
    ("reason = 'x'", Broken(3, "changed")),
    ("at = at + interval '1 microsecond'", Broken(3, "changed")),
    ("""before = '{"n": 1}'""", Broken(3, "changed")),
    ("""after = '{"n": 1}'""", Broken(3, "changed")),
    ("""detail = '{"number": 7}'""", Broken(3, "changed")),
    ("previous_hash = repeat('f', 64)", Broken(3, "changed")),
    ("hash = repeat('f', 64)", Broken(3, "forged")),
    ("key_id = repeat('f', 16)", Broken(3, "forged")),
    ("scheme = 1", Broken(3, "forged")),
    ("scheme = 3", Broken(3, "forged")),
]


def test_a_change_of_any_column_is_found_at_its_row() -> None:
    for number in range(5):
        write(number)
    for change, broken in CHANGES:
        row = AuditEntry.objects.filter(id=3).values().get()
        sql(f"UPDATE audit_entry SET {change} WHERE id = 3")  # noqa: S608 - as above
        assert verify() == Finding(2, verify().place, broken), change
        AuditEntry.objects.filter(id=3).update(**row)
    assert verify().broken is None


ATTACKS = {
    "deleted": ("DELETE FROM audit_entry WHERE id = 3", Broken(4, "missing", 3)),
    "the first deleted": (
        "DELETE FROM audit_entry WHERE id = 1",
        Broken(2, "missing", 1),
    ),
    "deleted and closed up": (
        "; ".join(["DELETE FROM audit_entry WHERE id = 3", renumbered(3, -1)]),
        Broken(3, "order", 4),
    ),
    "inserted in the middle": (
        "; ".join([renumbered(2, 1), copied(2, 3, actor="'mallory'")]),
        Broken(3, "forged"),
    ),
    "inserted before the first": (copied(1, 0), Broken(0, "forged")),
    "reordered": (
        """UPDATE audit_entry SET id = 99 WHERE id = 3;
        UPDATE audit_entry SET id = 3 WHERE id = 4;
        UPDATE audit_entry SET id = 4 WHERE id = 99""",
        Broken(3, "order", 4),
    ),
    "renumbered": (renumbered(3, 5), Broken(9, "missing", 4)),
    "forged at the end without the key": (
        copied(5, 6, previous_hash="hash", actor="'mallory'"),
        Broken(6, "changed"),
    ),
    "forged at the end with another key": (
        copied(5, 6, previous_hash="hash", key_id="repeat('e', 16)"),
        Broken(6, "forged"),
    ),
}


@pytest.mark.usefixtures("entries")
@pytest.mark.parametrize("attack", ATTACKS)
def test_it_is_found_at_the_exact_row(attack: str) -> None:
    statement, broken = ATTACKS[attack]
    sql(statement)
    assert verify().broken == broken


def test_a_cut_tail_is_found_by_a_head_noted_elsewhere(
    entries: list[AuditEntry],
) -> None:
    noted = str(head())
    sql("DELETE FROM audit_entry WHERE id > 3")
    assert verify().broken is None  # all that is there is genuine
    with pytest.raises(CommandError, match=r"entries 4 to 5, .* are gone") as refused:
        told("verify", "--head", noted)
    assert refused.value.returncode == 1
    assert f"3:{entries[2].hash}" == str(head())


def test_a_tail_that_was_written_anew_is_found_by_it_too(
    entries: list[AuditEntry],
) -> None:
    noted = head()
    sql("DELETE FROM audit_entry WHERE id > 4")
    write(99)
    assert verify(noted).broken == Broken(5, "changed")


def test_entries_of_before_the_key_verify_before_the_first_sealed_one_alone() -> None:
    second = plain(7, plain(4, GENESIS))  # with gaps, as they could have then
    write()
    assert verify().entries == 3
    assert verify().broken is None
    assert head().number == 8
    plain(9, head().hash)
    assert verify().broken == Broken(9, "forged")
    sql("DELETE FROM audit_entry WHERE id = 9")
    # made up whole, with a hash to match: the first sealed entry tells
    sql("DELETE FROM audit_entry WHERE id = 7")
    assert plain(7, AuditEntry.objects.get(id=4).hash, actor="mallory") != second
    assert verify().broken == Broken(7, "changed")
    sql("DELETE FROM audit_entry WHERE id = 7")
    assert verify().broken == Broken(8, "missing", 5)


@pytest.mark.usefixtures("entries")
def test_a_replaced_key_still_verifies_and_one_taken_away_does_not(
    settings: Settings,
) -> None:
    old = settings.AUDIT_KEY
    settings.AUDIT_KEY, settings.AUDIT_KEY_FALLBACKS = "n" * 40, [old]
    write()
    assert len(set(AuditEntry.objects.values_list("key_id", flat=True))) == 2
    assert verify().broken is None
    settings.AUDIT_KEY_FALLBACKS = []
    assert verify().broken == Broken(1, "forged")


@pytest.mark.usefixtures("entries")
def test_the_older_command_says_its_new_name_and_fails_alike() -> None:
    out, errors = StringIO(), StringIO()
    call_command("audit_verify", stdout=out, stderr=errors)
    assert "5 entries, unbroken" in out.getvalue()
    assert "audit verify" in errors.getvalue()
    sql("UPDATE audit_entry SET actor = 'mallory' WHERE id = 1")
    with pytest.raises(CommandError, match="Entry 1 does not match its seal"):
        call_command("audit_verify", stdout=out, stderr=errors)
