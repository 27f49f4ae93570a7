"""Replicas that keep answers for one another in a real Redis: what they tell, with and without it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from itertools import count
from pathlib import Path
from threading import Event, Thread

import httpx
import pytest

from tests.acceptance.harness.processes import Server, Setup
from tests.acceptance.harness.waiting import until
from tests.load.consistency import consistent, taken_from_others
from tests.load.consistent.cutting import Cutter
from tests.load.consistent.driving import Load
from tests.stack.redis import Redis

pytestmark = [pytest.mark.stack, pytest.mark.patient]
REQUESTS = 1500


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[Redis]:
    with Redis(tmp_path) as started:
        yield started


@pytest.fixture
def replicas(setup: Setup, redis: Redis) -> Iterator[list[Server]]:
    shared = replace(setup, seed=False, more={"REDIS_URL": redis.url})
    servers = [Server(shared) for _ in range(3)]
    with ExitStack() as stack, ThreadPoolExecutor(len(servers)) as pool:
        list(pool.map(stack.enter_context, servers))
        yield servers


def told(server: Server, path: str) -> str:
    answer = httpx.get(f"{server.url}{path}")
    assert answer.status_code == 200, answer.text
    return answer.headers["x-cache"]


def test_a_replica_takes_what_another_has_kept_and_does_without(
    replicas: list[Server], redis: Redis
) -> None:
    one, other, _ = replicas
    offsets = count()

    def taken() -> bool:
        path = f"/api/users?offset={next(offsets)}"
        return (told(one, path), told(other, path)) == ("miss", "hit")

    until(taken, 10, "it is taken")
    assert taken_from_others(other) == 1
    redis.kill()
    for _ in range(5):
        path = f"/api/users?offset={next(offsets)}"
        assert (told(other, path), told(other, path)) == ("miss", "hit")


def test_every_answer_equals_a_state_of_its_time_while_redis_comes_and_goes(
    setup: Setup, replicas: list[Server], redis: Redis
) -> None:
    over = Event()

    def come_and_go() -> None:
        # Once: nobody asks for 5 s then.
        over.wait(2.5)
        redis.kill()
        over.wait(0.5)
        redis.start()

    cutter = Cutter(setup.database_url, silence=False)
    coming = Thread(target=come_and_go)
    coming.start()
    try:
        run, verdict = consistent(setup, replicas, Load(REQUESTS), cutter)
    finally:
        over.set()
        coming.join()
    assert [str(each) for each in verdict.violations] == []
    assert (verdict.undecided, run.record.odd[:3]) == (0, [])
    assert sum(map(taken_from_others, replicas)) > 0
