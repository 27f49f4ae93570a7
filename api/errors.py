"""Any exception becomes one of the errors of the envelope; nothing else leaks out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import structlog
from django.core import exceptions as django_errors
from django.db import Error as DatabaseError
from django.db import IntegrityError, InterfaceError, OperationalError
from django.http import Http404, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from psycopg.errors import QueryCanceled
from rest_framework import exceptions as drf_errors
from rest_framework.response import Response

from ironclad import envelope
from ironclad.errors import (
    AuthenticationRequired,
    Conflict,
    DatabaseUnavailable,
    DeadlineExceeded,
    FieldsInvalid,
    InternalError,
    IroncladError,
    MalformedRequest,
    MethodNotAllowed,
    NotFound,
    PayloadTooLarge,
    PermissionRefused,
    RateLimited,
    UnsupportedMediaType,
    ValidationFailed,
)

logger = structlog.get_logger(__name__)

_RETRY_AFTER = 1  # seconds, where a 503 does not know better

# The first row that matches wins, so a subclass stands before its base.
_WITHOUT_DETAIL: tuple[tuple[type[Exception], type[IroncladError]], ...] = (
    (drf_errors.ParseError, MalformedRequest),
    (drf_errors.NotAuthenticated, AuthenticationRequired),
    (drf_errors.AuthenticationFailed, AuthenticationRequired),
    (drf_errors.PermissionDenied, PermissionRefused),
    (drf_errors.NotFound, NotFound),
    (drf_errors.MethodNotAllowed, MethodNotAllowed),
    (drf_errors.UnsupportedMediaType, UnsupportedMediaType),
    (Http404, NotFound),
    (django_errors.PermissionDenied, PermissionRefused),
    (django_errors.RequestDataTooBig, PayloadTooLarge),
    (django_errors.BadRequest, MalformedRequest),
    (MultiPartParserError, MalformedRequest),
    (UnreadablePostError, MalformedRequest),
    (django_errors.SuspiciousOperation, MalformedRequest),
    (IntegrityError, Conflict),
    (OperationalError, DatabaseUnavailable),
    (InterfaceError, DatabaseUnavailable),
)


def handle(error: Exception, _context: Mapping[str, Any]) -> Response:
    """DRF's exception handler: the answer to a request that failed."""
    known = translate(error)
    response = Response(
        envelope.error_items(known), status=known.status, headers=headers(known)
    )
    challenge = getattr(error, "auth_header", None)
    if challenge:
        response["WWW-Authenticate"] = challenge
    return response


def translate(error: BaseException | None) -> IroncladError:
    """The error a client may be told about; an unknown one is logged with its stack."""
    if isinstance(error, IroncladError):
        known = error
    elif isinstance(error, drf_errors.ValidationError):
        known = _fields_invalid(list(_problems(error.detail)))
    elif isinstance(error, django_errors.ValidationError):
        known = _fields_invalid(list(_django_problems(error)))
    elif isinstance(error, drf_errors.Throttled):
        known = RateLimited(retry_after=int(getattr(error, "wait", 0) or _RETRY_AFTER))
    elif isinstance(error, DatabaseError) and isinstance(
        error.__cause__, QueryCanceled
    ):
        known = DeadlineExceeded()
    else:
        known = next(
            (ours() for theirs, ours in _WITHOUT_DETAIL if isinstance(error, theirs)),
            InternalError(),
        )
    if known.code == InternalError.code:
        logger.error("unexpected_error", exc_info=error)
    return known


def headers(error: IroncladError) -> dict[str, str]:
    retry_after = error.retry_after
    if retry_after is None and error.status == DatabaseUnavailable.status:
        retry_after = _RETRY_AFTER
    return {} if retry_after is None else {"Retry-After": str(max(1, retry_after))}


def _fields_invalid(problems: list[tuple[str | None, str]]) -> IroncladError:
    return FieldsInvalid(problems) if problems else ValidationFailed()


def _problems(
    detail: object, field: str | None = None
) -> Iterator[tuple[str | None, str]]:
    """(field, message) pairs of DRF's nested detail; a nested field is `outer.inner`."""
    if isinstance(detail, Mapping):
        for name, inner in detail.items():
            path = f"{field}.{name}" if field else str(name)
            if name == "non_field_errors":
                path = field or ""
            yield from _problems(inner, path or None)
    elif isinstance(detail, (list, tuple)):
        for inner in detail:
            yield from _problems(inner, field)
    else:
        yield field, str(detail)


def _django_problems(
    error: django_errors.ValidationError,
) -> Iterator[tuple[str | None, str]]:
    if hasattr(error, "error_dict"):
        for name, messages in error.message_dict.items():
            field = None if name == django_errors.NON_FIELD_ERRORS else name
            for message in messages:
                yield field, message
        return
    for message in error.messages:
        yield None, message
