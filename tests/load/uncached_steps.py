"""What each step on the way of the uncached list has gained: CPU of one request, in one process.

`python -m tests.load.uncached_steps` prints the table of docs/guide/performance.md. Each line is
a process of its own with one thing more than the line before; they take turns, for the machine
is not equally busy at all times. Without network, server and layers: Django alone.
"""

from __future__ import annotations

import asyncio
import logging
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from tests.acceptance.harness.processes import CHECKOUT
from tests.load import stage
from tests.load.uncached import PATH

STEPS = {
    "plain": "plain DRF view, as before",
    "statement": "PostgreSQL writes the JSON, in one statement",
    "prepared": "the statement is prepared",
    "thread": "one call in a thread that stays",
    "fresh": "no round trip to see whether a connection lives",
    "policy": "the content policy is put together once",
}
ROUNDS = 3
REQUESTS = 300


def prepared_application(step: str) -> Callable[..., Any]:
    """Django with all steps up to this one."""
    have = list(STEPS)[: list(STEPS).index(step) + 1]
    os.environ["IRONCLAD_PREPARED_STATEMENTS"] = "on" if "prepared" in have else "off"
    from tests.load import plain_list

    made = plain_list.handler(
        list_="statement" not in have,
        thread="thread" not in have,
        round_trip="fresh" not in have,
        policy="policy" not in have,
    )
    logging.disable(logging.WARNING)
    return made


async def cpu_of(app: Callable[..., Any]) -> float:
    """Milliseconds of this process for one request."""
    path, _, query = PATH.partition("?")

    async def one() -> None:
        told = [{"type": "http.request", "body": b"", "more_body": False}]

        async def receive() -> dict[str, object]:
            return told.pop() if told else await asyncio.Future()

        async def send(_message: object) -> None:
            pass

        scope = {
            "type": "http", "http_version": "1.1", "method": "GET", "path": path,
            "raw_path": path.encode(), "query_string": query.encode(),
            "root_path": "", "scheme": "http", "headers": [(b"host", b"127.0.0.1")],
            "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1),
        }  # fmt: skip
        await app(scope, receive, send)

    from ironclad.resilience.bulkhead import compartment

    compartment.set("service")
    for _ in range(REQUESTS // 4):
        await one()
    began = time.process_time()
    for _ in range(REQUESTS):
        await one()
    return (time.process_time() - began) / REQUESTS * 1000


def measured(step: str, environment: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "tests.load.uncached_steps", step],
        env=environment,
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def main() -> None:
    with stage.setup(seed=False) as setup:
        environment = setup.environment(1)
        found: dict[str, list[float]] = {step: [] for step in STEPS}
        for _ in range(ROUNDS):
            for step, values in found.items():
                values.append(measured(step, environment))
    before = first = statistics.median(found["plain"])
    print("| step | CPU of a request | gained | of the first |\n|---|---|---|---|")
    for step, values in found.items():
        now = statistics.median(values)
        told = f"| {STEPS[step]} | {now:.2f} ms | {before - now:.2f} ms |"
        print(f"{told} {first / now:.1f} x |")
        before = now


if __name__ == "__main__":
    if sys.argv[1:]:
        print(asyncio.run(cpu_of(prepared_application(sys.argv[1]))))
    else:
        main()
