"""What `manage.py game_day` takes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from sre_console.gamedays.chaos_toolkit.exchange import FORMATS
from sre_console.gamedays.running.asked import forecast_asked

# How a report's file may end, and the format that it then has.
REPORTS = {".html": "html", ".md": "markdown", ".json": "json", ".csv": "csv"}


def arguments(parser: ArgumentParser) -> None:
    every = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    add = every.add_parser("list", help="the scenarios there are")
    add.add_argument("--json", action="store_true")
    add = every.add_parser("run", help="start a run of a scenario or of a file")
    _asked(add)
    add.add_argument("--reason", default="", help="why; kept in the record")
    add.add_argument("--confirm", metavar="NAME", help="of the environment, if asked")
    add.add_argument("--wait", action="store_true", help="follow it to its verdict")
    add.add_argument("--timeout", type=float, help="seconds; then it is stopped")
    add.add_argument("--report", type=Path, metavar="FILE", help=".html .md .json .csv")
    add = every.add_parser("dry-run", help="what it would do; nothing is stored")
    _asked(add)
    add = every.add_parser("stop", help="end a run and its faults")
    add.add_argument("id", type=int)
    add.add_argument("--reason", default="")
    add = every.add_parser("show", help="a run and its record")
    add.add_argument("id", type=int)
    add.add_argument("--json", action="store_true")
    add = every.add_parser("validate", help="read files, and tell their mistakes")
    add.add_argument("file", type=Path, nargs="+")
    add = every.add_parser("import", help="keep a Chaos Toolkit experiment")
    add.add_argument("file", type=Path)
    add.add_argument("--name", default="", help="of the scenario")
    add = every.add_parser("export", help="write a scenario out")
    add.add_argument("scenario")
    add.add_argument("--format", choices=FORMATS, default="yaml")


def numbers(options: dict[str, Any]) -> tuple[float, int | None]:
    """Speed and seed. Raises FieldsInvalid."""
    given = {"speed": options["speed"], "seed": options["seed"]}
    return forecast_asked({n: value for n, value in given.items() if value is not None})


def _asked(parser: ArgumentParser) -> None:
    parser.add_argument("scenario", help="its name, or a file; a file is not stored")
    parser.add_argument("--seed", type=int, help="of random pacing")
    parser.add_argument("--speed", type=float, default=1.0, help="0.1 to 60")
    parser.add_argument("--json", action="store_true", help="what it came to, as JSON")
