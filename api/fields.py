"""Single values out of a body, for services that judge them."""

from __future__ import annotations

from rest_framework.request import Request

from ironclad.errors import ValidationFailed


def required(request: Request, field: str) -> object:
    """The body's value of this name. Raises ValidationFailed when it is not there."""
    if field not in request.data:
        message = "This field is required."
        raise ValidationFailed(message, field=field)
    return request.data[field]
