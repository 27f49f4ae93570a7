"""Two hundred threads at a limit of fifty: exactly fifty pass, whichever store counts.

That of Redis is shown on a real one in tests/stack.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from django.conf import settings as configured
from django.core.cache import cache
from django.db import connection
from django.http import HttpRequest
from pytest_django.fixtures import Settings

from ironclad.rate_limits import counting, postgres
from ironclad.rate_limits.counting import count
from ironclad.resilience import process
from sre_console.slo.pruning import prune

pytestmark = pytest.mark.django_db(transaction=True)
IN_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
IN_POSTGRES = "ironclad.rate_limits.postgres.CountsInPostgres"
# What a replica of its own does: its lines are what it has let through.
REPLICA = """
import django; django.setup()
from django.http import HttpRequest
from ironclad.rate_limits import postgres
from ironclad.rate_limits.counting import count
postgres.LONGEST = 20
for _ in range(60):
    one = count(HttpRequest(), policy="write", subject="address", who="10.0.0.1", limit="50/d")
    print("refused" if one.over else "passed")
"""


@pytest.fixture(autouse=True)
def _nothing_counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    ends = int(time.time()) + 40_000
    monkeypatch.setattr("django_ratelimit.core._get_window", lambda *_: ends)
    # A machine that is busy is no store that hangs.
    monkeypatch.setattr(postgres, "LONGEST", 20.0)
    counting.here.clear()
    yield
    postgres.shared.close()
    postgres.breaker.cache_clear()
    process.breakers.pop("rate-limits", None)


@pytest.fixture
def store(settings: Settings, request: pytest.FixtureRequest) -> str:
    kept = {"BACKEND": request.param, "LOCATION": "stores", "TIMEOUT": 600}
    settings.CACHES = {"default": kept}
    postgres.breaker()
    return str(request.param)


def ask(limit: str = "50/d") -> bool:
    """Whether it is let through."""
    standing = count(
        HttpRequest(), policy="write", subject="token", who="ada", limit=limit
    )
    return not standing.over


def rows() -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, count FROM rate_count")
        return list(cursor.fetchall())


@pytest.mark.parametrize("store", [IN_MEMORY, IN_POSTGRES], indirect=True)
def test_two_hundred_threads_pass_a_limit_of_fifty_exactly_fifty_times(
    store: str,
) -> None:
    passed: list[bool] = []
    together = threading.Barrier(200)

    def one() -> None:
        together.wait(30)
        passed.append(ask())

    threads = [threading.Thread(target=one) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (len(passed), sum(passed)) == (200, 50)
    if store == IN_POSTGRES:
        ((_key, counted),) = rows()
        assert counted == 200


@pytest.mark.parametrize("store", [IN_POSTGRES], indirect=True)
@pytest.mark.usefixtures("store")
class TestInPostgres:
    def test_two_processes_count_together(self) -> None:
        name = str(connection.settings_dict["NAME"])
        address = os.environ["DATABASE_URL"].rpartition("/")
        query = address[2].partition("?")
        env = {
            **os.environ,
            "DATABASE_URL": f"{address[0]}/{name}{query[1]}{query[2]}",
            "IRONCLAD_PROFILE": "production",
            "PYTHONPATH": str(configured.BASE_DIR),
        }
        env.pop("REDIS_URL", None)
        replicas = [
            subprocess.Popen(
                [sys.executable, "-c", REPLICA], env=env, stdout=subprocess.PIPE
            )
            for _ in range(2)
        ]
        told = [replica.communicate(timeout=60)[0].split() for replica in replicas]
        assert sum(each.count(b"passed") for each in told) == 50
        assert sum(each.count(b"refused") for each in told) == 70

    def test_a_read_is_counted_here_and_asks_the_database_nothing(self) -> None:
        reads = [
            count(
                HttpRequest(), policy="default", subject="token", who="a", limit="2/d"
            )
            for _ in range(3)
        ]
        assert [one.over for one in reads] == [False, False, True]
        assert rows() == []

    def test_nothing_of_it_is_written_ahead(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT relpersistence FROM pg_class WHERE relname = 'rate_count'"
            )
            assert cursor.fetchone() == ("u",)

    def test_what_is_over_is_pruned_and_the_rest_is_kept(self) -> None:
        ask("50/d")
        ask("50/s")
        prune(time.time() + 60, scale=1, period=60)
        assert len(rows()) == 1

    def test_it_goes_on_alone_while_the_database_is_away(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tries = 0

        def away(*_: object) -> int:
            nonlocal tries
            tries += 1
            raise psycopg.OperationalError

        monkeypatch.setattr(postgres.shared, "count", away)
        assert [ask("5/d") for _ in range(8)] == [True] * 5 + [False] * 3
        assert tries == 3  # then nobody waits for it any more

    @pytest.mark.any_postgres
    def test_one_that_hangs_costs_no_more_than_its_bound(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        ask("9/d")  # a connection is there
        monkeypatch.setattr(postgres, "LONGEST", 0.3)
        with connection.cursor() as cursor:
            cursor.execute("BEGIN; LOCK TABLE rate_count IN ACCESS EXCLUSIVE MODE")
            began = time.monotonic()
            assert ask("9/d")
            took = time.monotonic() - began
            cursor.execute("ROLLBACK")
        assert took < 3  # and not the 10 s that a request has

    def test_a_connection_that_broke_is_made_anew(self) -> None:
        ask()
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE application_name = 'ironclad rate limits'"
            )
        assert [ask() for _ in range(3)] == [True] * 3
        ((_key, counted),) = rows()
        assert counted == 3  # one was counted here
        assert process.breakers["rate-limits"].standing().state == "closed"

    def test_it_keeps_counters_alone(self) -> None:
        assert cache.add("a", 1, 60)
        assert not cache.add("a", 1, 60)
        assert cache.incr("a") == 2
        with pytest.raises(ValueError, match="not counted"):
            cache.incr("b")
