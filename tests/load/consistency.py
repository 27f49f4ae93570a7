"""Every answer equals a state that it may equal, while writers write and the listener is cut.

A third of the requests ask one replica, a third three, and a third three that share a Redis, where
there is one on this machine. `CONSISTENCY_REQUESTS` has another number asked.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from tests.acceptance.harness.processes import Server, Setup
from tests.acceptance.harness.waiting import until
from tests.load import stage
from tests.load.consistent.cutting import Cutter
from tests.load.consistent.driving import Load, Run, drive
from tests.load.consistent.judge import SLACK, Verdict, judge
from tests.load.consistent.record import Record
from tests.load.consistent.slots import begin, settle
from tests.load.figures import Figure, most, report
from tests.stack.redis import Redis

REQUESTS = 100_000
USERS = 30
_GIVEN_UP = 11.0  # seconds after which no server still works on a request
_SHOWN = 10  # violations
_FAILED = 1.0  # per cent of the requests, or a run shows too little


def consistent(
    setup: Setup, servers: Sequence[Server], load: Load, cutter: Cutter
) -> tuple[Run, Verdict]:
    """Drive the servers, then judge what they answered."""
    record = Record()
    slots = begin(setup.database_url, record, USERS)
    run = Run([server.port for server in servers], slots, record, load)
    began = time.monotonic()
    with cutter.running():
        asyncio.run(drive(run))
    print(f"  asked for {time.monotonic() - began:.0f} s", file=sys.stderr)
    if any(versions and versions[-1].failed for versions in record.users.values()):
        time.sleep(_GIVEN_UP)
    settle(setup.database_url, record)
    began = time.monotonic()
    verdict = judge(record)
    print(f"  judged for {time.monotonic() - began:.0f} s", file=sys.stderr)
    return run, verdict


def _measure(replicas: int, requests: int, *, shared: bool = False) -> list[Figure]:
    with stage.setup(seed=False, users=0) as setup, ExitStack() as stack:
        if shared:
            redis = stack.enter_context(Redis(setup.home))
            setup = replace(setup, more={"REDIS_URL": redis.url})  # noqa: PLW2901
        servers = [stack.enter_context(Server(setup)) for _ in range(replicas)]
        for server in servers:
            until(partial(_answers, server), 20, "users answer")
        cutter = Cutter(setup.database_url, silence=True)
        run, verdict = consistent(setup, servers, Load(requests), cutter)
        taken = sum(map(taken_from_others, servers))
    for violation in verdict.violations[:_SHOWN]:
        print(f"  {violation}"[:1000], file=sys.stderr)
    on = f"{replicas} replica{'s' if replicas > 1 else ''}"
    if not shared:
        return _figures(on, run, verdict, cutter)
    figures = _figures(f"{on} and Redis", run, verdict, cutter)
    what = f"{on} and Redis: answers taken from another replica"
    return [*figures, Figure(what, str(taken), "≥ 1", taken > 0)]


def taken_from_others(server: Server) -> int:
    series = 'cache_shared_requests_total{result="hit"}'
    lines = server.client.get("/metrics").text.splitlines()
    return sum(
        int(float(line.split()[-1])) for line in lines if line.startswith(series)
    )


def _answers(server: Server) -> bool:
    return server.client.get("/api/users").is_success


def _figures(on: str, run: Run, verdict: Verdict, cutter: Cutter) -> list[Figure]:
    versions = [each for chain in run.record.users.values() for each in chain]
    lost = len(run.record.odd) + sum(bool(each.failed) for each in versions)
    wrong = len(verdict.violations) + verdict.undecided
    hits = 100 * run.cache["hit"] / max(1, verdict.judged)
    kinds = Counter(each.kind for each in verdict.violations)
    told = f"{wrong} of {verdict.judged} ({len(versions)} writes)"
    told += "".join(f"; {count} {kind}" for kind, count in kinds.items())
    cuts = f"{cutter.cuts} cut, {cutter.silences} silent"
    return [
        Figure(f"{on}: answers that equal no state", told, "0", wrong == 0),
        Figure(f"{on}: answers from the cache", f"{hits:.0f} %", "≥ 10 %", hits >= 10),
        Figure(
            f"{on}: listeners lost", cuts, "≥ 1 each", cutter.cuts * cutter.silences > 0
        ),
        most(f"{on}: oldest state told", 1000 * verdict.oldest, 1000 * SLACK, "ms"),
        most(
            f"{on}: requests that failed", 100 * lost / max(1, run.asked), _FAILED, "%"
        ),
    ]


def bench() -> Sequence[Figure]:
    requests = int(os.environ.get("CONSISTENCY_REQUESTS", REQUESTS))
    third = requests // 3
    figures = [*_measure(1, third), *_measure(3, third)]
    if shutil.which("redis-server") is None:
        print("  there is no redis-server here: not measured with it", file=sys.stderr)
        return figures
    return [*figures, *_measure(3, requests - 2 * third, shared=True)]


if __name__ == "__main__":
    sys.exit(report(bench))
