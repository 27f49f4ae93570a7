"""Sessions of people: which there are, and their end. One ends with its row, at once."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import QuerySet

from ironclad.errors import NotFound
from sre_console.access.checks import access_check
from sre_console.access.matrix import permitted
from sre_console.accounts.told import people_changed, session_ended
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import SignedIn

HANDLE = (
    16  # characters of the digest: names a session in addresses, gives nothing away
)


def sessions_of(user: User) -> QuerySet[SignedIn]:
    """Somebody's, the newest first."""
    return SignedIn.objects.alive().filter(user=user)


def session_end(*, actor: Actor, handle: str) -> None:
    """End one. Raises NotFound for another's too, but to who may end anybody's."""
    with audited():
        found = (
            SignedIn.objects.select_for_update(of=("self",))
            .filter(digest__startswith=handle, user__isnull=False)
            .select_related("user")
            .first()
        )
        if found is None or found.user is None or len(handle) != HANDLE:
            raise NotFound
        user = found.user
        if actor.name == user.get_username():
            access_check(actor, "sessions.own")
        elif not permitted("sessions.all", actor.role, actor.scopes):
            raise NotFound
        SignedIn.objects.filter(digest=found.digest).delete()
        _ended(actor, user, 1)
        session_ended(found.digest)


def sessions_end(*, actor: Actor, user: User, but: str = "") -> int:
    """End all of somebody's, but the one of this digest; how many there were."""
    own = actor.name == user.get_username()
    access_check(actor, "sessions.own" if own else "sessions.all")
    with audited():
        ended = sessions_drop(user, but=but)
        if ended:
            _ended(actor, user, ended)
            people_changed(user.pk)
    return ended


def sessions_drop(user: User, *, but: str = "") -> int:
    """Within a change that is audited itself."""
    left = SignedIn.objects.filter(user=user).exclude(digest=but)
    return left.delete()[0]


def _ended(actor: Actor, user: User, count: int) -> None:
    record(
        actor=actor,
        action="session.ended",
        subject=user.get_username(),
        detail={"sessions": count},
    )
