"""`make bench`: every figure that the product promises, in one table.

Each can be run alone: `python -m tests.load.slider`.
"""

from __future__ import annotations

import argparse
import importlib
import sys
import time
from collections.abc import Sequence

from tests.load.figures import Figure, table

BENCHES = (
    "stack_cost",
    "injection",
    "slider",
    "event_to_chart",
    "slo_windows",
    "evaluation",
    "second_start",
    "consoles",
    "resilience",
    "sustainable",
    "sizing",
    "memory",
)


def run(name: str) -> Sequence[Figure]:
    """One bench's figures; a bench that breaks is a figure that does not hold."""
    print(f"{name} …", file=sys.stderr, flush=True)
    began = time.monotonic()
    try:
        found: Sequence[Figure] = importlib.import_module(f"tests.load.{name}").bench()
    except Exception as error:  # noqa: BLE001 - the other figures are still wanted
        told = f"{type(error).__name__}: {error}".splitlines()[0][:60]
        found = [Figure(name, told, "", ok=False)]
    print(f"  {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=BENCHES, help=", ".join(BENCHES))
    figures = [figure for name in parser.parse_args().names for figure in run(name)]
    print(table(figures))
    return 0 if all(figure.ok for figure in figures) else 1


if __name__ == "__main__":
    sys.exit(main())
