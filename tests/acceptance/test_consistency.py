"""What three replicas answer beside writers equals a state of the users, the listener cut or not."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace

import pytest

from tests.acceptance.harness.processes import Server, Setup
from tests.load.consistency import consistent
from tests.load.consistent.cutting import Cutter
from tests.load.consistent.driving import Load
from tests.load.consistent.record import Query

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]
REQUESTS = (
    2500  # `make bench ARGS=consistency` asks 100,000 times, and makes listeners silent
)


@pytest.fixture
def replicas(setup: Setup) -> Iterator[list[Server]]:
    servers = [Server(replace(setup, seed=False)) for _ in range(3)]
    with ExitStack() as stack, ThreadPoolExecutor(len(servers)) as pool:
        list(pool.map(stack.enter_context, servers))
        yield servers


def test_every_answer_equals_a_state_of_its_time(
    setup: Setup, replicas: list[Server]
) -> None:
    cutter = Cutter(setup.database_url, silence=False)
    run, verdict = consistent(setup, replicas, Load(REQUESTS), cutter)
    assert [str(each) for each in verdict.violations] == []
    assert (verdict.undecided, run.record.odd[:3]) == (0, [])
    # or nothing was shown
    assert cutter.cuts > 0
    assert run.cache["hit"] > REQUESTS / 20, run.cache
    queries = [a.asked for a in run.record.answers if isinstance(a.asked, Query)]
    assert sum(query.after is not None for query in queries) > REQUESTS / 50
