"""The trigger on the users, and the listener that hears of it, with a real PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Callable

import psycopg
import pytest
from asgiref.sync import sync_to_async
from django.db import connection, connections, transaction

from api.users.models import User
from ironclad.clock import clock
from ironclad.database.changes import _ASK, _BEGIN, Changes, ChangesListener
from ironclad.edge.snapshots import parse

pytestmark = pytest.mark.django_db(transaction=True)
INSERT = "INSERT INTO users (name, email) VALUES ('Ann', 'ann@example.org')"


@pytest.fixture
def heard() -> Callable[..., list[str]]:
    """What is told of these statements, in one transaction."""

    def told(*statements: str, rolls_back: bool = False) -> list[str]:
        place = connection.get_connection_params()
        place.pop("cursor_factory")
        with psycopg.connect(**place, autocommit=True) as ear:
            ear.execute("LISTEN ironclad_users")
            with transaction.atomic(), connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
                cursor.execute("SELECT pg_current_xact_id()::text")
                xid = cursor.fetchone()[0]
                if rolls_back:
                    transaction.set_rollback(True)
            found = [each.payload for each in ear.notifies(timeout=0.02)]
        return ["its version" if each == xid else each for each in found]

    return told


@pytest.mark.parametrize(
    "statement",
    [
        INSERT,
        "UPDATE users SET name = 'Bob'",
        "DELETE FROM users",
        "TRUNCATE users",
        f"SET LOCAL session_replication_role = replica; {INSERT}",
    ],
)
def test_each_kind_of_change_is_told_once_a_transaction(
    heard: Callable[..., list[str]], statement: str
) -> None:
    assert heard(statement, statement.replace("ann@", "bob@")) == ["its version"]


def test_a_change_that_is_rolled_back_is_not(heard: Callable[..., list[str]]) -> None:
    assert heard(INSERT, rolls_back=True) == []


@pytest.fixture
async def changes() -> AsyncIterator[Changes]:
    known = Changes(clock)
    listener = ChangesListener(known, clock)
    running = asyncio.ensure_future(listener.run())
    try:
        await until(lambda: known.current)
        yield known
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await asyncio.to_thread(listener.join)
        await sync_to_async(connections.close_all)()


async def until(holds: Callable[[], bool], seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - a thread tells it
            await asyncio.sleep(0.002)


async def test_a_change_is_heard(changes: Changes) -> None:
    before = changes.generation
    await User.objects.acreate(name="Ann", email="ann@example.org")
    await until(lambda: changes.generation > before)


async def test_a_cut_connection_ends_the_lease_and_its_return_drops_what_was_kept(
    changes: Changes,
) -> None:
    before = changes.generation
    await sync_to_async(cut)()
    await until(lambda: not changes.current, 1)
    await until(lambda: changes.current)
    assert changes.generation > before


async def test_without_the_trigger_it_does_not_vouch(changes: Changes) -> None:
    await sync_to_async(execute)("ALTER TABLE users DISABLE TRIGGER users_changed")
    try:
        await until(lambda: not changes.current, 2)
    finally:
        await sync_to_async(execute)(
            "ALTER TABLE users ENABLE ALWAYS TRIGGER users_changed"
        )
    await until(lambda: changes.current, 2)


async def test_a_trigger_that_was_off_for_one_transaction_has_missed_something(
    changes: Changes,
) -> None:
    before, people = changes.generation, changes.people
    off = "ALTER TABLE users DISABLE TRIGGER users_changed"
    on = "ALTER TABLE users ENABLE ALWAYS TRIGGER users_changed"
    await sync_to_async(execute)(f"BEGIN; {off}; {INSERT}; {on}; COMMIT")
    await until(lambda: changes.generation > before, 2)
    await until(lambda: changes.people > people, 2)


def test_nobody_vouches_for_a_table_that_is_replicated_into() -> None:
    row = (
        "INSERT INTO pg_subscription_rel (srsubid, srrelid, srsubstate)"
        " VALUES (1, 'users'::regclass, 'r')"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_ASK)
        assert cursor.fetchone()[0] is True
        cursor.execute(row)
        cursor.execute(_ASK)
        assert cursor.fetchone()[0] is False
        transaction.set_rollback(True)


def test_any_role_may_ask_for_the_history_and_where_it_stands() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE ROLE ordinary; SET LOCAL ROLE ordinary")
        cursor.execute(_ASK)
        assert cursor.fetchone()[0] is True
        cursor.execute(_BEGIN)
        history, baseline = cursor.fetchone()
        transaction.set_rollback(True)
    assert re.fullmatch(r"-?[0-9]+\.[0-9A-F]{8}\.[0-9]+\.[0-9]{16}", history)
    assert parse(baseline) is not None


async def test_what_others_have_kept_must_hold_what_was_heard(changes: Changes) -> None:
    await until(lambda: changes.heard is not None)
    user = await User.objects.acreate(name="Ann", email="ann@example.org")
    await until(lambda: len(changes.versions) == 1)
    await user.adelete()
    await until(lambda: len(changes.versions) == 2)
    assert changes._begun is not None
    baseline = parse(changes._begun.baseline)
    assert baseline is not None
    assert not any(map(baseline.sees, changes.versions))


def execute(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def cut() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'ironclad changes' AND datname = %s",
            [connection.settings_dict["NAME"]],
        )
