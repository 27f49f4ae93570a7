"""The role that a person has, kept as a group of that name."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, User

from sre_console.access.matrix import ROLES, Role

__all__ = ["ROLES", "Role", "role_group", "role_of"]


def role_of(user: AbstractBaseUser | AnonymousUser | None) -> Role | None:
    """The role of a person now; None for whoever is not known, or switched off."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return "administrator"
    held = set(user.groups.values_list("name", flat=True))
    return next((role for role in ROLES if role in held), None)


def role_group(role: Role) -> Group:
    return Group.objects.get_or_create(name=role)[0]
