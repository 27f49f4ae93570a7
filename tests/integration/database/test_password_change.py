"""The role's password is changed while requests run, and none of them fails."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from ironclad.database import connection as connecting
from ironclad.database.connection import GuardedConnection
from ironclad.database.credentials import Credentials
from ironclad.errors import DatabaseUnavailable
from tests.integration.database.conftest import Victim, WrapperFactory, serve

pytestmark = pytest.mark.any_postgres

ROLE, FIRST = "turning", "the first p/w:@"


class Place:
    """The file that DATABASE_URL_FILE names, and the role in the server."""

    def __init__(self, victim: Victim, path: Path) -> None:
        self._victim = victim
        self.path = path

    def publish(self, password: str, role: str = ROLE) -> None:
        address = f"postgresql://{role}:{quote(password, safe='')}@nowhere/x\n"
        self.path.write_text(address, "utf-8")

    def change(self, password: str) -> None:
        with self._victim.postgres.connect() as admin:
            admin.execute(f"ALTER ROLE {ROLE} PASSWORD '{password}'")


@pytest.fixture
def place(
    victim: Victim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Place]:
    made = Place(victim, tmp_path / "url")
    made.publish(FIRST)
    with victim.postgres.connect() as admin:
        admin.execute(f"CREATE ROLE {ROLE} LOGIN PASSWORD '{FIRST}'")
    known = Credentials(made.path, ROLE, FIRST)
    monkeypatch.setattr(connecting, "credentials", lambda: known)
    yield made
    victim.drop_connections()
    with victim.postgres.connect() as admin:
        admin.execute(f"DROP ROLE {ROLE}")


def test_no_request_sees_that_the_password_was_changed(
    place: Place, wrapper: WrapperFactory
) -> None:
    over = threading.Event()
    answered, failed = [0] * 3, list[BaseException]()

    def ask(number: int) -> None:
        serve()
        mine = wrapper(USER=ROLE, PASSWORD=FIRST)
        while not over.is_set():
            try:
                with mine.cursor() as cursor:
                    cursor.execute("SELECT 1")
            except BaseException as error:  # noqa: BLE001 - any of them is a failure
                failed.append(error)
                return
            assert mine.connection is not None
            mine.connection.close()  # or the first ones would do for all of them
            mine.close()
            answered[number] += 1

    askers = [threading.Thread(target=ask, args=(number,)) for number in range(3)]
    for each in askers:
        each.start()
    for turn in range(3):
        new = f"password {turn}"
        place.publish(new)
        place.change(new)
        _until_each_has_asked_again(answered, failed)
    over.set()
    for each in askers:
        each.join(10)
    assert failed == []
    assert min(answered) >= 5


def test_a_file_that_comes_late_is_found_by_the_next_request(
    place: Place, wrapper: WrapperFactory, serving: None
) -> None:
    mine = wrapper(USER=ROLE, PASSWORD=FIRST)
    place.change("another")
    with pytest.raises(DatabaseUnavailable):
        mine.ensure_connection()
    place.publish("another")
    mine.close_pool()  # with its pause of 0.2 s after a failure
    mine.ensure_connection()
    mine.close()


def test_it_may_be_another_role_as_a_rotation_has_it(
    place: Place, victim: Victim, wrapper: WrapperFactory, serving: None
) -> None:
    with victim.postgres.connect() as admin:
        admin.execute(f"ALTER ROLE {ROLE} NOLOGIN")
    place.publish("only-for-tests", role="postgres")
    mine = wrapper(USER=ROLE, PASSWORD=FIRST)
    with mine.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("postgres",)
    mine.close()


def test_the_address_of_another_database_is_left_alone(place: Place) -> None:
    known = Credentials(place.path, ROLE, FIRST)
    place.publish("another")
    given = {"user": "somebody", "password": "else"}
    assert known.renewed({"user": ROLE, "password": FIRST})
    assert known.of(given) == given
    assert known.of({"user": ROLE, "password": FIRST})["password"] == "another"


@pytest.mark.parametrize("text", ["", "postgresql://turning@h/d", "http://[::1", "\0"])
def test_a_file_that_is_half_written_changes_nothing(place: Place, text: str) -> None:
    place.path.write_text(text, "utf-8")
    known = Credentials(place.path, ROLE, FIRST)
    assert not known.renewed({"user": ROLE, "password": FIRST})
    place.path.unlink()
    assert not known.renewed({"user": ROLE, "password": FIRST})


def test_a_refusal_without_a_file_is_one(
    victim: Victim, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "credentials", lambda: Credentials(None, "a", "b"))
    with pytest.raises(psycopg.OperationalError):
        GuardedConnection.connect(
            host=str(victim.postgres.sockets), user="a", password="b", dbname="postgres"
        )


def _until_each_has_asked_again(
    answered: list[int], failed: list[BaseException]
) -> None:
    """Twice, as the first may have been under way."""
    before, until = list(answered), time.monotonic() + 10
    while not failed and any(
        now < then + 2 for now, then in zip(answered, before, strict=True)
    ):
        assert time.monotonic() < until
        time.sleep(0.002)
