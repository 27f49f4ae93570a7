"""People: who is let in, as what. An administrator's work, and never on oneself.

The last active administrator stays. The check here says so in words; a trigger of the database
(migration 0021) stands behind it, whichever way somebody comes.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from ironclad.errors import Conflict, FieldsInvalid, PermissionRefused
from sre_console.access.checks import access_check
from sre_console.access.matrix import SYSTEM
from sre_console.accounts.passwords import temporary_password_set
from sre_console.accounts.roles import ROLES, Role, role_group, role_of
from sre_console.accounts.sessions import sessions_drop
from sre_console.accounts.told import people_changed
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record

LONGEST = 150  # characters of a name, as Django's column
_NAME = re.compile(r"[\w.@+-]")
# Names that entries of the audit log bear without being anybody's.
_RESERVED = frozenset(
    {"ironclad", "nobody", "unknown", "traffic", "none", "system", *ROLES}
)


def person_add(*, actor: Actor, name: object, role: object) -> tuple[User, str]:
    """A new person, and a password to begin with, told this once.

    They must change it at their first sign-in. Raises FieldsInvalid, and Conflict.
    """
    access_check(actor, "people.change")
    given, known = name_read(name), role_read(role)
    with audited():
        user = person_make(given, known)
        record(
            actor=actor,
            action="person.added",
            subject=given,
            after={"role": known, "active": True},
        )
        password = temporary_password_set(actor=actor, user=user)
    return user, password


def role_change(*, actor: Actor, user: User, role: Role | None) -> None:
    """Give a person this role alone, or none; from their next request on."""
    with audited():
        locked = changeable(actor, user)
        before = role_of(locked)
        if locked.is_superuser:
            message = gettext(
                "A superuser is an administrator; only a command changes that."
            )
            raise Conflict(message)
        if role == "administrator" and is_service(locked):
            raise FieldsInvalid([("role", service_refused())])
        if role != "administrator":
            _another_administrator(locked)
        locked.groups.remove(*(role_group(each) for each in ROLES))
        if role is not None:
            locked.groups.add(role_group(role))
        if role != before:
            sessions_drop(locked)  # what they were is over
        record(
            actor=actor,
            action="role.changed",
            subject=locked.get_username(),
            before={"role": before},
            after={"role": role_of(locked)},
        )
        people_changed(locked.pk)


def person_switch(*, actor: Actor, user: User, on: bool) -> None:
    """Off: nothing of theirs is taken any more, from the next request on."""
    with audited():
        locked = changeable(actor, user)
        if locked.is_active == on:
            return
        if not on:
            _another_administrator(locked)
            sessions_drop(locked)
        locked.is_active = on
        locked.save(update_fields=["is_active"])
        record(
            actor=actor,
            action="person.switched_on" if on else "person.switched_off",
            subject=locked.get_username(),
            before={"active": not on},
            after={"active": on},
        )
        people_changed(locked.pk)


def administrators() -> QuerySet[User]:
    """Those who can do an administrator's work now."""
    holds = Q(is_superuser=True) | Q(groups__name="administrator")
    return User.objects.filter(holds, is_active=True, service=None)


def is_service(user: User) -> bool:
    return hasattr(user, "service")


def service_refused() -> str:
    return gettext("A service cannot be an administrator: that takes a person.")


def last_administrator_told() -> str:
    return gettext(
        "This is the last active administrator: make somebody else one first."
    )


def person_make(name: str, role: Role) -> User:
    """Nobody can sign in as them yet. Raises Conflict: the name is taken."""
    if User.objects.filter(username__iexact=name).exists():
        raise Conflict(gettext("Somebody has this name already."), field="name")
    user = User.objects.create_user(name)
    user.groups.add(role_group(role))
    return user


def person_renamed_for(wanted: object, *, issuer: str) -> User:
    """Somebody new from an identity provider, without role and password, within `audited`.

    Called as `wanted` where that can be a name and nobody bears it, else with the issuer's host
    and a number after it: the account of that name is another person's.
    """
    text = User.normalize_username(str(wanted))
    name = "".join(sign if _NAME.fullmatch(sign) else "-" for sign in text)
    name = name.strip("-")[: LONGEST - 80] or "person"
    host = (urlsplit(issuer).hostname or "provider")[:60]
    names = (name, *(f"{name}@{host}-{number}" for number in range(1, 10_000)))
    for each in names:
        taken = User.objects.filter(username__iexact=each).exists()
        if not taken and each.lower() not in _RESERVED:
            return User.objects.create_user(each)
    raise Conflict


def name_read(name: object) -> str:
    """Raises FieldsInvalid."""
    told = User.normalize_username(name.strip()) if isinstance(name, str) else ""
    try:
        UnicodeUsernameValidator()(told)
    except ValidationError:
        told = ""
    if not told or len(told) > LONGEST or told.lower() in _RESERVED:
        message = gettext("Send a name of letters, digits and @ . + - _ alone.")
        raise FieldsInvalid([("name", message)])
    return told


def role_read(role: object) -> Role:
    """Raises FieldsInvalid."""
    for known in ROLES:
        if role == known:
            return known
    message = gettext("Choose one of %(roles)s.")
    raise FieldsInvalid([("role", message % {"roles": ", ".join(ROLES)})])


def not_oneself(actor: Actor, user: User) -> None:
    """Raises PermissionRefused: what somebody may do is another one's to change."""
    if actor.role != SYSTEM and actor.name == user.get_username():
        message = gettext("Nobody changes what they themselves may do.")
        raise PermissionRefused(message)


def changeable(actor: Actor, user: User) -> User:
    """The row, locked. Raises PermissionRefused where it is not this one's to change."""
    access_check(actor, "people.change")
    not_oneself(actor, user)
    locked = User.objects.select_for_update().get(pk=user.pk)
    if locked.is_superuser and actor.role != SYSTEM:
        message = gettext("A superuser is changed by a command alone.")
        raise PermissionRefused(message)
    return locked


def last_administrator(user: User) -> bool:
    """The others are locked, within a transaction: two may be at it."""
    if role_of(user) != "administrator" or is_service(user):
        return False
    others = administrators().exclude(pk=user.pk).values_list("pk", flat=True)
    if connection.in_atomic_block:
        others = others.select_for_update(of=("self",))
    return not list(others)


def _another_administrator(user: User) -> None:
    if last_administrator(user):
        raise Conflict(last_administrator_told())
