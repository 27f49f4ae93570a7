"""The users that are written to and read: a fixed number, which come, change and go."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random

import psycopg

from ironclad.envelope import timestamp
from tests.load.consistent.record import Record, Row, Version, name_of, origin

WORDS = ("amber", "birch", "cedar", "delta")  # of one length
_TAG = re.compile(r'"\d+-(\d+)"')  # microseconds of updated_at


@dataclass(slots=True)
class Slot:
    """One user. `busy` while a write is in flight: its writes have an order."""

    key: str
    number: int = 0
    id: int | None = None
    known: int = 2**31 - 1  # the last id it had
    etag: str = ""
    email: str = ""
    busy: bool = False

    def heading(self, random: Random) -> dict[str, str]:
        """The name of the next write; a new email now and then."""
        self.number += 1
        told = {"name": name_of(random.choice(WORDS), self.key, self.number)}
        if not self.id or random.random() < 0.3:
            told["email"] = f"{random.choice(WORDS)}.{self.key}@example.com"
        return told


def microseconds(etag: str) -> int:
    found = _TAG.fullmatch(etag)
    return int(found[1]) if found else 0


def begin(database: str, record: Record, users: int) -> list[Slot]:
    """Two users of three are there from the start, written before anybody looks."""
    slots = [Slot(f"u{number:03}") for number in range(users)]
    there = [slot for at, slot in enumerate(slots) if at % 3]
    with psycopg.connect(database) as connection, connection.cursor() as cursor:
        cursor.execute("DELETE FROM users")
        cursor.executemany(
            "INSERT INTO users (name, email) VALUES (%s, %s)",
            [
                (name_of("amber", each.key, 0), f"amber.{each.key}@example.com")
                for each in there
            ],
        )
    record.users = {slot.key: [] for slot in slots}
    rows = _rows(database)
    for slot in there:
        row, created, updated = rows[slot.key]
        slot.id = slot.known = row[0]
        slot.email = row[2]
        past = float("-inf")
        record.users[slot.key].append(
            Version(
                slot.key,
                0,
                past,
                -1,
                row,
                acked=past,
                taken=past,
                created=created,
                updated=updated,
            )
        )
    return slots


def settle(database: str, record: Record) -> None:
    """What became of writes that nobody answered for: each was the last one to its user.

    To be called when the servers have given up on them. Raises AssertionError where a write
    that was acknowledged is not what the database has.
    """
    rows = _rows(database)
    for key, versions in record.users.items():
        there = rows.get(key)
        last = versions[-1] if versions else None
        if last is not None and last.failed:
            if there is not None and origin(there[0]) == (key, last.number):
                last.row, last.created, last.updated = there
            elif there is not None or not last.deletes:
                versions.pop()
            continue
        found = there[0] if there else None
        assert found == (last.row if last else None), f"{found}, but {last}"


def _rows(database: str) -> dict[str, tuple[Row, int, int]]:
    query = "SELECT id, name, email, created_at, updated_at FROM users"
    found = {}
    with psycopg.connect(database) as connection:
        for number, name, email, *moments in connection.execute(query):
            created, updated = (
                int(each.timestamp()) * 1_000_000 + each.microsecond for each in moments
            )
            row = (number, name, email, *map(timestamp, moments))
            known = origin(row)
            if known is not None:
                found[known[0]] = row, created, updated
    return found
