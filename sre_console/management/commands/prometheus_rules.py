"""Print the Prometheus rule file that follows from deploy/slo."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from sre_console.incidents.catalogue import catalogue
from sre_console.incidents.prometheus import rule_file
from sre_console.slo.objectives import objectives

CONSOLE = "http://127.0.0.1:3000"


class Command(BaseCommand):
    help = "print the Prometheus rule file that follows from deploy/slo"
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=float, default=1, help="the clock scale")
        parser.add_argument(
            "--console",
            default=CONSOLE,
            help="the address the runbooks' links begin with",
        )

    def handle(self, *args: Any, scale: float, console: str, **options: Any) -> None:
        del args, options
        if not 1 <= scale <= 3600:  # noqa: PLR2004
            message = "--scale must be from 1 to 3600"
            raise CommandError(message)
        self.stdout.write(
            rule_file(objectives(), catalogue(), scale=scale, console=console),
            ending="",
        )
