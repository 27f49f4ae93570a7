"""What no program could read again is neither appended, nor does it hide what is wrong."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from sre_console.audit.keys import sealing_key
from sre_console.audit.verification import head, verify
from sre_console.audit.walk import Broken
from tests.integration.audit.tampering import sql
from tests.integration.audit.test_record import write

pytestmark = pytest.mark.django_db

UNREADABLE = {
    "at": (
        "'infinity'::timestamptz",
        "'-infinity'::timestamptz",
        "'200000-01-01T00:00:00Z'::timestamptz",
        "'0044-03-15 BC'::timestamptz",
    ),
    "detail": (
        """('{"n": ' || repeat('9', 5000) || '}')::jsonb""",
        """('{"n": ' || repeat('9', 400) || '.5}')::jsonb""",
        """('{"n": ' || repeat('[', 5000) || repeat(']', 5000) || '}')::jsonb""",
        """('{"n": ' || repeat('[', 600) || repeat(']', 600) || '}')::jsonb""",
    ),
}
# Readable, but nothing that `record` says.
ODD = {
    "at": (
        "clock_timestamp() + interval '500 years'",
        "clock_timestamp() - interval '500 years'",
    ),
    "detail": (
        "'[]'::jsonb",
        "'null'::jsonb",
        """('{"n": "' || repeat('x', 2000000) || '"}')::jsonb""",
        """'{"n": -1e400}'::jsonb""",
    ),
}


def appended(at: str, detail: str) -> None:
    newest = head()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"SELECT audit_entry_append(%s, {at}, 'a', 'b', '', '', '', 'c.d', '', '', "
            f"'{{}}', '{{}}', {detail}, %s, repeat('a', 64), %s)",
            [newest.number + 1, newest.hash, sealing_key().id],
        )


def test_nobody_appends_what_cannot_be_read_again() -> None:
    write(0)
    for at in (*UNREADABLE["at"], *ODD["at"]):
        with pytest.raises(IntegrityError, match="is of no time"):
            appended(at, "'{}'")
    for detail in (*UNREADABLE["detail"], *ODD["detail"]):
        with pytest.raises(IntegrityError, match="cannot be read again"):
            appended("clock_timestamp()", detail)
    appended("clock_timestamp()", """'{"n": [1e300, {"a": 1.5}]}'""")
    write(1)
    assert head().number == 3


def test_an_entry_that_cannot_be_read_is_where_the_walk_ends() -> None:
    for number in range(4):
        write(number)
    for column, values in UNREADABLE.items():
        for value in values:
            sql(
                "CREATE TEMP TABLE was AS SELECT at, detail FROM audit_entry WHERE id = 3",
                f"UPDATE audit_entry SET {column} = {value} WHERE id = 3",  # noqa: S608 - as above
            )
            assert verify().broken == Broken(3, "changed"), value[:40]
            sql(
                "UPDATE audit_entry SET at = was.at, detail = was.detail FROM was WHERE id = 3",
                "DROP TABLE was",
            )
    assert verify().broken is None
