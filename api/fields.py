"""The one value of a small body, for a service that judges it."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from ironclad.errors import FieldsInvalid
from sre_console.chaos.asked import Asked

_REQUIRED = object()
CONFIRM = frozenset({"confirm"})


def only(
    request: Request,
    field: str,
    default: Any = _REQUIRED,
    *,
    beside: frozenset[str] = frozenset(),
) -> object:
    """The value of the body's one field. Raises FieldsInvalid: missing, or others beside it."""
    problems: list[tuple[str | None, str]] = [
        (name, "There is no such field.")
        for name in sorted(set(request.data) - {field} - beside)
    ]
    value = request.data.get(field, default)
    if value is _REQUIRED:
        problems.insert(0, (field, "This field is required."))
    if problems:
        raise FieldsInvalid(problems)
    return value


def confirmation(request: Request, *, alone: bool = False) -> str | None:
    """The environment's name in the body, if it is there; `alone`: nothing else may be.

    Raises FieldsInvalid.
    """
    fields = Asked(request.data)
    found = fields.confirm()
    if alone:
        fields.refuse_unknown(CONFIRM)
    fields.refuse()
    return found
