"""A streaming replica by the component's own script, on two real PostgreSQL 15."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from ironclad.embedded.account import give
from tests.acceptance.harness.waiting import until
from tests.stack.replication import SLOT, Pod, clone, pods, start_primary, start_replica

pytestmark = [pytest.mark.stack, pytest.mark.patient]


@pytest.fixture
def pair() -> Iterator[tuple[Pod, Pod]]:
    with pods(2) as (primary, replica):
        start_primary(primary)
        yield primary, replica


def note(primary: Pod, what: str) -> None:
    primary.ask("INSERT INTO noted VALUES (%s)", what)


def arrives(replica: Pod, what: str) -> None:
    query = "SELECT 1 FROM noted WHERE what = %s"
    until(lambda: bool(replica.ask(query, what)), 20, f"{what} arrives")


def outrun(primary: Pod) -> None:
    """Write so much that the primary gives up what an absent replica would need."""
    for number in range(8):
        note(primary, f"segment {number}")
        primary.ask("SELECT pg_switch_wal()")
    primary.ask("CHECKPOINT")
    assert primary.ask("SELECT wal_status FROM pg_replication_slots") == [("lost",)]


def test_a_row_written_on_the_primary_arrives(pair: tuple[Pod, Pod]) -> None:
    primary, replica = pair
    note(primary, "before")
    start_replica(replica, primary)
    note(primary, "after")
    arrives(replica, "before")
    arrives(replica, "after")
    with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
        note(replica, "on the wrong one")


def test_it_is_followed_over_tls_and_by_a_slot(pair: tuple[Pod, Pod]) -> None:
    primary, replica = pair
    start_replica(replica, primary)
    query = """SELECT usename, ssl, slot_name, active FROM pg_stat_replication
               JOIN pg_stat_ssl USING (pid) JOIN pg_replication_slots ON active_pid = pid"""
    until(lambda: bool(primary.ask(query)), 20, "it streams")
    assert primary.ask(query) == [("ironclad_replicator", True, SLOT, True)]
    shown = replica.ask("SHOW primary_conninfo")
    assert "sslmode=verify-full" in str(shown)
    assert "secret" not in str(shown)


def test_it_copies_from_nobody_without_the_authoritys_word(
    pair: tuple[Pod, Pod],
) -> None:
    primary, replica = pair
    done = clone(replica, primary, authority=replica.folder / "ca.crt")
    assert done.returncode
    assert "certificate verify failed" in done.stderr
    assert not replica.postgres.data.exists()


def test_one_that_was_away_catches_up(pair: tuple[Pod, Pod]) -> None:
    primary, replica = pair
    start_replica(replica, primary)
    replica.postgres.stop()
    note(primary, "meanwhile")
    primary.ask("SELECT pg_switch_wal()")
    primary.ask("CHECKPOINT")
    assert "copied" not in start_replica(replica, primary)
    arrives(replica, "meanwhile")


def test_one_that_was_away_for_too_long_is_copied_anew(pair: tuple[Pod, Pod]) -> None:
    primary, replica = pair
    start_replica(replica, primary)
    replica.postgres.stop()
    note(primary, "meanwhile")
    outrun(primary)
    assert "copied" in start_replica(replica, primary)
    note(primary, "after")
    arrives(replica, "meanwhile")
    arrives(replica, "after")


def test_a_copy_that_was_cut_off_is_begun_afresh(pair: tuple[Pod, Pod]) -> None:
    primary, replica = pair
    half = replica.postgres.data.with_name("pgdata.new")
    half.mkdir()
    (half / "PG_VERSION").write_text("15\n")
    give(half, replica.owner)
    assert "copied" in start_replica(replica, primary)
    assert not half.exists()


def test_it_starts_while_the_primary_is_away(pair: tuple[Pod, Pod]) -> None:
    primary, replica = pair
    start_replica(replica, primary)
    note(primary, "before")
    arrives(replica, "before")
    replica.postgres.stop()
    primary.postgres.stop()
    assert "does not answer" in start_replica(replica, primary)
    arrives(replica, "before")
    primary.postgres.start()
    note(primary, "after")
    arrives(replica, "after")


def test_a_promoted_one_is_left_alone(pair: tuple[Pod, Pod]) -> None:
    primary, replica = pair
    start_replica(replica, primary)
    replica.ask("SELECT pg_promote()")
    note(replica, "of its own")
    replica.postgres.stop()
    outrun(primary)
    assert "promoted" in start_replica(replica, primary)
    arrives(replica, "of its own")
    note(replica, "more")


def test_the_copy_outlives_a_primary_that_was_made_anew() -> None:
    with pods(3) as (primary, replica, another):
        start_primary(primary)
        note(primary, "all that is left")
        start_replica(replica, primary)
        replica.postgres.stop()
        start_primary(another)
        assert "the copy is kept" in start_replica(replica, another)
        arrives(replica, "all that is left")
