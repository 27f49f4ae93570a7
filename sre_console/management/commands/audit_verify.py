"""manage.py audit_verify: the older name of `audit verify`."""

from __future__ import annotations

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "The same as `audit verify`, which is its name now."

    def handle(self, *_args: object, **_options: object) -> None:
        self.stderr.write("audit_verify is called `audit verify` now.")
        call_command("audit", "verify", stdout=self.stdout, stderr=self.stderr)
