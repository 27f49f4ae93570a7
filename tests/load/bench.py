"""`make bench`: every figure that the product promises, in one table.

Each can be run alone: `python -m tests.load.slider`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Sequence

from tests.load.figures import Bench, Figure, table

BENCHES = (
    "stack_cost",
    "uncached",
    "reads",
    "edge",
    "injection",
    "slider",
    "event_to_chart",
    "slo_windows",
    "evaluation",
    "beside_evaluator",
    "second_start",
    "point_in_time",
    "consoles",
    "resilience",
    "sustainable",
    "sizing",
    "processes",
    "asgi",
    "asgi_promises",
    "memory",
    "consistency",
)


def part(name: str) -> Bench:
    """One of BENCHES. Raises what its import does."""
    found: Bench = importlib.import_module(f"tests.load.{name}").bench
    return found


def run(name: str, bench: Bench) -> Sequence[Figure]:
    """One bench's figures; a bench that breaks is a figure that does not hold."""
    print(f"{name} …", file=sys.stderr, flush=True)
    began = time.monotonic()
    try:
        found = bench()
    except Exception as error:  # noqa: BLE001 - the other figures are still wanted
        told = f"{type(error).__name__}: {error}".splitlines()[0][:60]
        found = [Figure(name, told, "", ok=False)]
    print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=BENCHES, help=", ".join(BENCHES))
    # All of them before the first is run: one that cannot be imported ends it here.
    parts = [(name, part(name)) for name in parser.parse_args().names]
    figures = [figure for name, bench in parts for figure in run(name, bench)]
    print(table(figures))
    return 0 if all(figure.ok for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
