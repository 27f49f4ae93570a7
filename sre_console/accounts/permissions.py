"""What the roles may do in the Django admin; the console and the API judge by role."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

from sre_console.accounts.roles import ROLES

_CHANGED_BY_OPERATORS = (("api", "user"), ("auth", "user"))


def roles_grant(**_signal: Any) -> None:
    """Make both groups and give each its permissions; harmless when repeated.

    Runs after every migrate, because Django makes the permissions themselves only then.
    """
    groups = {role: Group.objects.get_or_create(name=role)[0] for role in ROLES}
    seen = Permission.objects.filter(
        codename__startswith="view_",
        content_type__app_label__in=("api", "auth", "sre_console"),
    )
    groups["viewer"].permissions.set(seen)
    changed = Q()
    for app, model in _CHANGED_BY_OPERATORS:
        changed |= Q(content_type__app_label=app, content_type__model=model)
    tokens = Q(codename="change_apitoken", content_type__app_label="sre_console")
    every = Permission.objects.filter(changed | tokens)
    # a person is switched off, never deleted: the audit log names them
    every = every.exclude(codename="delete_user", content_type__app_label="auth")
    groups["operator"].permissions.set(seen | every)
