"""/api/slo with a whole window of history against one hour of it, asked in turns."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

import psycopg

from tests.acceptance.harness.processes import Server, Setup
from tests.load import stage
from tests.load.figures import Figure, report
from tests.load.shaped.book import quantile

ROUNDS = 150
TARGET = 2.0  # times


def _ask(server: Server) -> float:
    began = time.perf_counter()
    answer = server.client.get("/api/slo")
    took = time.perf_counter() - began
    assert answer.status_code == 200, answer.text
    return took


def _keep_one_hour(setup: Setup) -> None:
    """An hour of production time: one minute at clock 60."""
    with psycopg.connect(setup.database_url) as connection:
        connection.execute(
            "DELETE FROM sli_timeline WHERE second <"
            " (SELECT max(second) FROM sli_timeline) - %s * interval '1 second'",
            [3600 / setup.scale],
        )


def bench() -> Sequence[Figure]:
    with stage.setup() as long_setup, stage.setup() as short_setup:
        with Server(short_setup):  # seeds the history that is cut then
            pass
        _keep_one_hour(short_setup)
        unseeded = Setup(short_setup.database_url, short_setup.home, seed=False)
        with Server(long_setup) as long, Server(unseeded) as short:
            pairs = [(_ask(long), _ask(short)) for _ in range(ROUNDS + 10)][10:]
    month = quantile([pair[0] for pair in pairs], 0.5)
    hour = quantile([pair[1] for pair in pairs], 0.5)
    measured = f"{month / hour:.2f}x ({month * 1000:.1f} and {hour * 1000:.1f} ms)"
    what = "/api/slo, 30 days against 1 hour"
    return [Figure(what, measured, f"≤ {TARGET:g}x", month / hour <= TARGET)]


if __name__ == "__main__":
    sys.exit(report(bench))
