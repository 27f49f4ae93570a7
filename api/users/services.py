"""What changes users."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import DateTimeField, Func, TextField
from django.db.models.functions import Cast

from api import versions
from api.users.models import User
from ironclad.errors import Conflict, NotFound

Condition = Callable[[User], None]  # raises PreconditionFailed
_NO_TIME = timedelta(microseconds=1)


def user_create(*, name: str, email: str) -> User:
    """Raises Conflict, field email, when another user has it in any letter case."""
    with _email_may_be_taken(), transaction.atomic():
        user = User.objects.create(name=name, email=email)
        user.version = versions.current()
        return user


def user_update(
    *, user_id: int, changes: Mapping[str, str], condition: Condition
) -> User:
    """Write the named fields and leave the others to whoever else is writing.

    `condition` is asked about the locked row, so nobody can slip in after it. Raises NotFound,
    Conflict (field email), or what the condition raises.
    """
    with _email_may_be_taken(), transaction.atomic():
        user, now, version = _locked(user_id)
        condition(user)
        changed = [name for name, new in changes.items() if getattr(user, name) != new]
        if changed:
            for name in changed:
                setattr(user, name, changes[name])
            # a clock set back must not bring an old entity tag back
            user.updated_at = max(now, user.updated_at + _NO_TIME)
            user.save(update_fields=[*changed, "updated_at"])
            user.version = version
        return user


def user_delete(*, user_id: int, condition: Condition) -> str:
    """The version that is without it. Raises NotFound, or what the condition raises."""
    with transaction.atomic():
        user, _, version = _locked(user_id)
        condition(user)
        user.delete()
        return version


def _locked(user_id: int) -> tuple[User, datetime, str]:
    """The row, locked until the transaction ends, the database's time, and the version."""
    clock = Func(function="clock_timestamp", output_field=DateTimeField())
    number = Func(function="pg_current_xact_id", output_field=TextField())
    rows = User.objects.select_for_update().annotate(
        clock=clock, number=Cast(number, TextField())
    )
    try:
        user = rows.get(pk=user_id)
    except User.DoesNotExist as error:
        raise NotFound from error
    return user, user.clock, user.number


@contextmanager
def _email_may_be_taken() -> Iterator[None]:
    # Only the index can tell when two requests race, so nothing is asked beforehand.
    try:
        yield
    except IntegrityError as error:
        message = "Another user has this email."
        raise Conflict(message, field="email") from error
