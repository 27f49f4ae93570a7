"""manage.py measured_knee: keeps the knee that a load test has found, for the Capacity page."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ironclad.errors import FieldsInvalid
from sre_console.capacity.knees import knee_record


class Command(BaseCommand):
    help = (
        "Records the rate at which latency bends away, as `make load` has measured it. The"
        " Capacity page shows the newest beside the requests of now; older ones stay."
    )
    requires_system_checks: list[str] = []  # less is needed than for a server

    def add_arguments(self, parser: CommandParser) -> None:
        add = parser.add_argument
        add("--rps", type=float, required=True, help="requests a second at the knee")
        add("--p99", type=float, required=True, help="milliseconds at that rate")
        add("--server", required=True, help="daphne, uvicorn or granian")
        add("--processes", type=int, default=1, help="that served (1)")
        add("--cores", type=int, required=True, help="of the machine")
        add("--mix", required=True, help="of requests, as crud")
        add("--report", default="", help="where the whole report is, for people")

    def handle(self, *_: object, **options: object) -> None:
        names = ("rps", "p99", "server", "processes", "cores", "mix", "report")
        asked = {name: options[name] for name in names}
        try:
            row = knee_record(**asked)  # type: ignore[arg-type]
        except FieldsInvalid as error:
            said = "\n".join(message for _name, message in error.problems)
            raise CommandError(said) from error
        self.stdout.write(
            f"✓ {row.rps:g} requests a second with {row.processes} {row.server}:"
            f" knee {row.pk}, on /console/capacity"
        )
