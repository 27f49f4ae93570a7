"""A beat of the evaluator: 30 days against 1 hour of history, 200 against 50 requests a second."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence

from ironclad.embedded.home import CHECKOUT
from tests.acceptance.harness.processes import Setup
from tests.load import stage
from tests.load.figures import Figure, report
from tests.load.shaped.book import quantile

ROUNDS = 120
TARGET = 1.5  # times
# In a process of its own, where Django knows the database that is measured.
_MEASURE = """
import json, sys, time
from uuid import uuid4
import django
django.setup()
from django.db import connection
from sre_console.live.evaluator import Evaluator
from sre_console.models import SliSample
from sre_console.slo import lookup
from sre_console.slo.histogram import BUCKETS, bucket
from sre_console.slo.seeding import seed_gaps

rps, days, rounds = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
begin = int(time.time())

class Stepped:
    now = begin + 0.25
    def monotonic(self): return self.now
    def epoch(self): return self.now

seed_gaps(begin, scale=60, rps=rps, period=days * 86400)
clock, replica = Stepped(), uuid4()
evaluator = Evaluator(uuid4(), clock, scale=60)
took = []
for number in range(rounds + 10):
    histogram = [0] * BUCKETS
    histogram[bucket(0.02)] = rps
    bad = rps // 14 if number % 40 < 20 else 0
    SliSample.objects.create(
        replica=replica, second=lookup.moment(begin + number), total=rps, failed=bad,
        exercise=0, bad={"availability": [bad, 0], "error-rate": [bad, 0]},
        histogram=histogram, work={},
    )
    clock.now += 1
    start = time.perf_counter()
    assert evaluator.beat() is not None
    took.append(time.perf_counter() - start)
print(json.dumps(took[10:]))
"""


def _measure(setup: Setup, *, rps: int, days: float) -> list[float]:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, str(rps), str(days), str(ROUNDS)],
        env=setup.environment(1),
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def bench() -> Sequence[Figure]:
    cases = {"base": (50, 30.0), "hour": (50, 1 / 24), "busy": (200, 30.0)}
    medians: dict[str, list[float]] = {name: [] for name in cases}
    for _turn in range(3):  # in turns: the machine is shared
        for name, (rps, days) in cases.items():
            with stage.setup() as setup:
                took = _measure(setup, rps=rps, days=days)
            medians[name].append(quantile(took, 0.5))
    base, hour, busy = (min(medians[name]) for name in cases)
    return [
        Figure(
            f"a beat, {what}",
            f"{one / other:.2f}x ({one * 1000:.1f} and {other * 1000:.1f} ms)",
            f"≤ {TARGET:g}x",
            one / other <= TARGET,
        )
        for what, one, other in (
            ("30 days against 1 hour of history", base, hour),
            ("200 against 50 requests a second", busy, base),
        )
    ]


if __name__ == "__main__":
    sys.exit(report(bench))
