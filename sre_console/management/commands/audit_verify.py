"""manage.py audit_verify: prove that nobody has changed the audit log."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from sre_console.audit.verification import head, verify


class Command(BaseCommand):
    help = "Check the hash chain of the audit log; fails when an entry was changed."

    def handle(self, *_args: object, **_options: object) -> None:
        broken = verify()
        if broken:
            shown = ", ".join(str(entry) for entry in broken[:20])
            message = f"The audit log was changed at entries: {shown}"
            raise CommandError(message)
        count, newest = head()
        self.stdout.write(f"{count} entries, unbroken. Newest hash: {newest}")
