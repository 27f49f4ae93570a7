"""manage.py no_faults: the lever that forbids every fault, for whoever has a shell alone."""

from __future__ import annotations

import getpass
import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ironclad.errors import FieldsInvalid, IroncladError
from sre_console.audit.actor import Actor
from sre_console.chaos.no_faults import (
    no_faults_json,
    no_faults_read,
    no_faults_release,
    reason_needed,
)
from sre_console.gamedays.running.asked import reason_asked
from sre_console.live.lever import no_faults_pull
from sre_console.models import NoFaults


class Command(BaseCommand):
    help = "Forbid every fault and end those in force, allow them again, or tell which."

    def add_arguments(self, parser: CommandParser) -> None:
        every = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
        add = every.add_parser("pull", help="end every fault, and forbid new ones")
        add.add_argument("--reason", required=True, help="whoever is refused reads it")
        add = every.add_parser("release", help="allow faults again; it starts none")
        add.add_argument("--reason", default="")
        add = every.add_parser("show", help="whether it is pulled, by whom and why")
        add.add_argument("--json", action="store_true")

    def handle(self, *_args: object, action: str, **options: Any) -> None:
        try:
            row = self._done(action, options)
        except FieldsInvalid as error:
            raise CommandError(error.problems[0][1]) from error
        except IroncladError as error:
            raise CommandError(error.message) from error
        if options.get("json"):
            self.stdout.write(json.dumps(no_faults_json(row), indent=2))
        else:
            self.stdout.write(_said(row))

    @staticmethod
    def _done(action: str, options: dict[str, Any]) -> NoFaults:
        if action == "pull":
            reason = reason_needed({"reason": options["reason"]})
            return no_faults_pull(actor=_actor(), reason=reason)
        if action == "release":
            reason = reason_asked({"reason": options["reason"]})
            return no_faults_release(actor=_actor(), reason=reason)
        return no_faults_read()


def _said(row: NoFaults) -> str:
    if row.pulled:
        at = f"{row.at:%Y-%m-%d %H:%M:%S} UTC" if row.at else "an unknown time"
        return f"Every fault is forbidden: pulled by {row.by} at {at}: {row.reason}"
    if row.released_at is None:
        return "Faults are not forbidden."
    at = f"{row.released_at:%Y-%m-%d %H:%M:%S} UTC"
    return f"Faults are not forbidden: released by {row.released_by} at {at}."


def _actor() -> Actor:
    """Whoever has the shell; they reach the database, so they are an administrator."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        who = "somebody"
    return Actor(name=f"{who} (command line)", role="administrator", via="command")
