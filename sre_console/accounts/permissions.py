"""What the roles may do in the Django admin; the console and the API judge by the matrix."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from sre_console.accounts.roles import ROLES


def roles_grant(**_signal: Any) -> None:
    """Make the roles' groups and give each its permissions; harmless when repeated.

    Runs after every migrate, because Django makes the permissions themselves only then.
    """
    groups = {role: Group.objects.get_or_create(name=role)[0] for role in ROLES}
    seen = Permission.objects.filter(
        codename__startswith="view_",
        content_type__app_label__in=("api", "auth", "sre_console"),
    )
    for group in groups.values():
        group.permissions.set(seen)
    users = Q(content_type__app_label="api", content_type__model="user")
    groups["operator"].permissions.add(*Permission.objects.filter(users))
    people = Q(content_type__app_label="auth", content_type__model="user")
    tokens = Q(codename="change_apitoken", content_type__app_label="sre_console")
    every = Permission.objects.filter(users | people | tokens)
    # a person is switched off, never deleted: the audit log names them
    every = every.exclude(codename="delete_user", content_type__app_label="auth")
    groups["administrator"].permissions.add(*every)
