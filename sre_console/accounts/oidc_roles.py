"""Which role a provider's groups give. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sre_console.access.matrix import ROLES, Role


def roles_read(pairs: Iterable[str]) -> dict[str, Role]:
    """Of `group=role`, each. Raises ValueError, naming the pair that is none."""
    read: dict[str, Role] = {}
    for pair in pairs:
        group, equals, name = (part.strip() for part in pair.rpartition("="))
        role = next((role for role in ROLES if role == name), None)
        if not group or not equals or role is None:
            raise ValueError(pair)
        read[group] = role
    return read


def groups_of(claims: Mapping[str, object], claim: str) -> list[str]:
    """The claim may lie within others, as `realm_access.roles` does; one group may be a string."""
    found: object = claims.get(claim)
    if found is None:
        found = claims
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return [found]
    if not isinstance(found, list):
        return []
    return [each for each in found if isinstance(each, str)]


def role_given(groups: Iterable[str], roles: Mapping[str, Role]) -> Role | None:
    """The most that one of the groups gives; None: nothing, so no entry."""
    given = {roles[group] for group in groups if group in roles}
    return next((role for role in ROLES if role in given), None)
