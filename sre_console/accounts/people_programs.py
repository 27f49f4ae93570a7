"""Services: accounts of programs. They have a role and tokens, and nobody signs in as one."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.utils.translation import gettext

from ironclad.errors import FieldsInvalid
from sre_console.access.checks import access_check
from sre_console.accounts.people import (
    is_service,
    name_read,
    person_make,
    role_read,
    service_refused,
)
from sre_console.accounts.roles import role_of
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import Service

LONGEST = 200  # characters of a purpose


def service_add(
    *, actor: Actor, name: object, role: object, owner: object, purpose: object = ""
) -> User:
    """A new service; `owner` is the name of the person who answers for it."""
    access_check(actor, "people.change")
    given, known = name_read(name), role_read(role)
    if known == "administrator":
        raise FieldsInvalid([("role", service_refused())])
    said = _purpose(purpose)
    with audited():
        answers = _owner(owner)
        user = person_make(given, known)
        Service.objects.create(user=user, owner=answers, purpose=said)
        record(
            actor=actor,
            action="service.added",
            subject=given,
            after={"role": known, "owner": answers.get_username(), "purpose": said},
        )
    return user


def service_hand_over(*, actor: Actor, user: User, owner: object) -> None:
    """Somebody else answers for it now."""
    access_check(actor, "people.change")
    with audited():
        service = Service.objects.select_for_update().get(user=user)
        before, after = service.owner, _owner(owner)
        if before == after:
            return
        service.owner = after
        service.save(update_fields=["owner"])
        record(
            actor=actor,
            action="service.handed_over",
            subject=user.get_username(),
            before={"owner": before.get_username()},
            after={"owner": after.get_username()},
        )


def _owner(name: object) -> User:
    known = name if isinstance(name, str) and "\x00" not in name else ""
    found = User.objects.filter(username=known).first()
    if found is None or role_of(found) is None or is_service(found):
        message = gettext("Name a person with a role, who answers for it.")
        raise FieldsInvalid([("owner", message)])
    return found


def _purpose(purpose: object) -> str:
    said = purpose.strip() if isinstance(purpose, str) else None
    if said is None or len(said) > LONGEST or (said and not said.isprintable()):
        message = gettext("Say in one line of at most %(most)s what it is for.")
        raise FieldsInvalid([("purpose", message % {"most": LONGEST})])
    return said
