"""The one value of a small body, for a service that judges it."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request

from ironclad.errors import FieldsInvalid

_REQUIRED = object()


def only(request: Request, field: str, default: Any = _REQUIRED) -> object:
    """The value of the body's one field. Raises FieldsInvalid: missing, or others beside it."""
    problems: list[tuple[str | None, str]] = [
        (name, "There is no such field.")
        for name in sorted(set(request.data) - {field})
    ]
    value = request.data.get(field, default)
    if value is _REQUIRED:
        problems.insert(0, (field, "This field is required."))
    if problems:
        raise FieldsInvalid(problems)
    return value
