"""What a superuser can do to the log, with the triggers out of the way."""

from __future__ import annotations

from django.db import connection

from sre_console.audit.chain import Content, digest
from sre_console.models import AuditEntry


def sql(*statements: str) -> None:
    """As a superuser who has switched the triggers off."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = DEFAULT")


def renumbered(above: int, by: int) -> str:
    """Move all after an entry by so many; by way of negative numbers, which are free."""
    return (
        f"UPDATE audit_entry SET id = -id WHERE id > {above};"  # noqa: S608 - numbers
        f"UPDATE audit_entry SET id = -id + ({by}) WHERE id < 0"
    )


def copied(number: int, to: int, **columns: str) -> str:
    """A made-up entry: like another one but for these columns (SQL expressions)."""
    names = [
        field.column
        for field in AuditEntry._meta.concrete_fields
        if not field.generated
    ]
    own = {"id": str(to), "hash": f"encode(sha256('forged {to}'), 'hex')", **columns}
    values = ", ".join(own.get(name, name) for name in names)
    return (
        f"INSERT INTO audit_entry ({', '.join(names)}) "  # noqa: S608 - as above
        f"SELECT {values} FROM audit_entry WHERE id = {number}"
    )


def plain(number: int, previous: str, actor: str = "ann") -> str:
    """A row of the scheme without a key, which anybody can make; its hash."""
    entry = AuditEntry(
        id=number, at="2026-01-31T12:00:00Z", actor=actor, role="operator",
        action="a.b", subject="", detail={"n": number}, request_id="",
        previous_hash=previous, scheme=1,
    )  # fmt: skip
    entry.at = AuditEntry._meta.get_field("at").to_python(entry.at)
    entry.hash = digest(
        Content(entry.at, actor, "operator", "a.b", "", entry.detail, ""), previous
    )
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        entry.save(force_insert=True)
        cursor.execute("SET session_replication_role = DEFAULT")
    return entry.hash
