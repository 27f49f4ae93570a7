"""What is read about users."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from api.users.models import User
from ironclad.errors import NotFound, ValidationFailed

COLUMNS = ("id", "name", "email", "created_at", "updated_at")
_LONGEST_SEARCH = 255


def user_list(query: Mapping[str, str]) -> QuerySet[User]:
    """Users as `search` and `ordering` ask; parameters of other names are ignored.

    Raises ValidationFailed, naming the parameter.
    """
    return _searched(query.get("search", "")).order_by(
        *_ordering(query.get("ordering", "id"))
    )


def user_get(user_id: int) -> User:
    try:
        return User.objects.get(pk=user_id)
    except User.DoesNotExist as error:
        raise NotFound from error


def etag(user: User) -> str:
    """A strong entity tag: no two states of one user share a microsecond."""
    microseconds = int(user.updated_at.timestamp()) * 1_000_000
    return f'"{user.pk}-{microseconds + user.updated_at.microsecond}"'


def _searched(search: str) -> QuerySet[User]:
    if "\0" in search or len(search) > _LONGEST_SEARCH:
        message = f"Send at most {_LONGEST_SEARCH} characters, none of them NUL."
        raise ValidationFailed(message, field="search")
    wanted = search.strip()
    if not wanted:
        return User.objects.all()
    return User.objects.filter(Q(name__icontains=wanted) | Q(email__icontains=wanted))


def _ordering(asked: str) -> list[str]:
    terms = [term.strip() for term in asked.split(",")]
    named = [term.removeprefix("-") for term in terms]
    if not set(named) <= set(COLUMNS):
        message = f"Order by {', '.join(COLUMNS)}, each with - before it to turn round."
        raise ValidationFailed(message, field="ordering")
    # a last word on ties, or a row could show on two pages and another on none
    return terms if "id" in named else [*terms, "id"]
