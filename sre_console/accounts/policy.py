"""Whose sign-in takes a second factor."""

from __future__ import annotations

from django.conf import settings

# An approver lets experiments begin, and an administrator gives roles: a stolen password of
# theirs is worth as much as an operator's. A viewer changes nothing.
GUARDED = frozenset({"administrator", "operator", "approver"})


def second_factor_required(role: str | None) -> bool:
    return settings.SECOND_FACTOR == "required" and role in GUARDED
