"""The two roles of people: who may look, and who may also change."""

from __future__ import annotations

from typing import Literal

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, Group, User

Role = Literal["operator", "viewer"]
ROLES: tuple[Role, ...] = ("operator", "viewer")  # the stronger first


def role_of(user: AbstractBaseUser | AnonymousUser | None) -> Role | None:
    """The role of a person now; None for whoever is not known, or switched off."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return "operator"
    held = set(user.groups.values_list("name", flat=True))
    return next((role for role in ROLES if role in held), None)


def role_group(role: Role) -> Group:
    return Group.objects.get_or_create(name=role)[0]
