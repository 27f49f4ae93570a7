"""manage.py database_roles: give the application's database role its grants."""

from __future__ import annotations

from django.conf import settings
from django.core.management.base import BaseCommand

from sre_console.audit.grants import grants_give, role_create, role_exists


class Command(BaseCommand):
    help = (
        "Run as the owner, after migrate: make the role DATABASE_APP_ROLE where it is "
        "missing and give it its grants. It can neither alter tables nor rewrite the audit log."
    )
    # It appends nothing to the audit log, and has not the key that a server needs.
    requires_system_checks: list[str] = []

    def handle(self, *_args: object, **_options: object) -> None:
        role = settings.DATABASE_APP_ROLE
        if not role_exists(role):
            role_create(role)
            self.stdout.write(
                f"Made the role {role}; give it a password to sign in with."
            )
        grants_give(role)
        self.stdout.write(f"The role {role} has its grants.")
