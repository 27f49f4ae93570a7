"""`make load`: shapes of load on an instance, and a report of what came of it.

Exit status 1 if a threshold fails, 2 if nothing could be measured.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from ironclad.embedded.failure import StartError
from ironclad.embedded.terminal import fail
from tests.load.figures import table
from tests.load.shaped import environment, target
from tests.load.shaped.about import load_average
from tests.load.shaped.parts.part import Asked
from tests.load.shaped.running import SHAPES, run
from tests.load.shaped.target import Refused, Target


def main(arguments: Sequence[str]) -> int:
    asked = _parser().parse_args(arguments)
    load = load_average()
    try:
        names = _shapes(asked.shape)
        settings = _settings(asked.set)
        environment.bring()
        with _target(asked, settings) as goal:
            outcome, path = run(goal, names, _asked(asked), Path(asked.out), load)
    except StartError as error:
        fail(error)
        return 2
    except Refused as error:
        print(f"✗ {error}", file=sys.stderr)
        return 2
    for part in outcome.parts:
        print(f"\n{part.title}: {part.said}\n{table(part.figures)}")
        print("".join(f"  {note}\n" for note in [*part.notes, *part.doubts]), end="")
    print(f"\n{'✓ passed' if outcome.ok else '✗ failed'}: {path}")
    return 0 if outcome.ok else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make load ARGS=…", description=__doc__)
    add = parser.add_argument
    add("--shape", default="all", help=f"{', '.join(SHAPES)}, or all; by commas")
    add("--url", default="", help="an instance that runs; else one is started")
    add("--allow", default="", help="the host of --url, where it is not this machine")
    add(
        "--server",
        default=os.environ.get("ASGI_SERVER") or "daphne",
        help="that serves at --url",
    )
    add("--rate", type=float, help="requests a second that the shape begins with")
    add("--seconds", type=float, help="of soak 600, spike 30, faults 20, consoles 40")
    add("--step", type=float, default=Asked.step, help="seconds of a step of the ramp")
    add("--at-least", type=float, default=Asked.at_least, help="that the knee must be")
    add("--consoles", type=int, default=Asked.consoles)
    add("--poisson", action="store_true", help="arrivals at random, as strangers come")
    add("--set", action="append", default=[], metavar="NAME=VALUE", help="a setting of the server that is started")  # fmt: skip
    add("--out", default=str(target.log_folder()), help="folder of the reports")
    return parser


def _shapes(words: str) -> list[str]:
    names = list(SHAPES) if words == "all" else words.split(",")
    if unknown := [name for name in names if name not in SHAPES]:
        raise Refused(f"no shape {', '.join(unknown)}: there are {', '.join(SHAPES)}")
    return names


def _settings(pairs: Sequence[str]) -> dict[str, str]:
    found = [pair.partition("=") for words in pairs for pair in words.split()]
    if wrong := [name for name, sign, _ in found if not sign]:
        raise Refused(f"not NAME=VALUE: {', '.join(wrong)}")
    return {name: value for name, _, value in found}


def _asked(told: argparse.Namespace) -> Asked:
    return Asked(
        rate=told.rate,
        seconds=told.seconds,
        step=told.step,
        at_least=told.at_least,
        consoles=told.consoles,
        poisson=told.poisson,
    )


def _target(
    told: argparse.Namespace, settings: dict[str, str]
) -> AbstractContextManager[Target]:
    if not told.url:
        return target.own(settings)
    if settings:
        raise Refused("a setting can be given to a server that is started here alone")
    return target.named(told.url, told.allow, told.server, os.environ)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
