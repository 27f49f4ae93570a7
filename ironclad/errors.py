"""The errors that cross a boundary: one root, one code and status each.

The codes are the contract of the envelope (see `ironclad.envelope`). Whatever raises one
of these needs to know nothing of HTTP; whatever answers a client maps any of them
in one place.
"""

from __future__ import annotations

from typing import ClassVar


class IroncladError(Exception):
    """Something went wrong that a client may be told about."""

    code: ClassVar[str] = "INTERNAL_ERROR"
    status: ClassVar[int] = 500
    default_message: ClassVar[str] = "Something went wrong on the server."

    def __init__(
        self,
        message: str | None = None,
        *,
        field: str | None = None,
        retry_after: int | None = None,
    ) -> None:
        self.message = message or self.default_message
        self.field = field
        self.retry_after = retry_after  # whole seconds
        super().__init__(self.message)


class ValidationFailed(IroncladError):  # noqa: N818 - the field's word, read as a sentence
    """A value is missing, of the wrong type or out of bounds."""

    code = "VALIDATION_ERROR"
    status = 400
    default_message = "A value is not valid."


class FieldsInvalid(ValidationFailed):
    """Several fields at once; `problems` holds (field, message) pairs in order."""

    def __init__(self, problems: list[tuple[str | None, str]]) -> None:
        self.problems = problems
        field, message = problems[0]
        super().__init__(message, field=field)


class MalformedRequest(IroncladError):  # noqa: N818
    code = "MALFORMED_REQUEST"
    status = 400
    default_message = "The request could not be read."


class AuthenticationRequired(IroncladError):  # noqa: N818
    code = "AUTHENTICATION_REQUIRED"
    status = 401
    default_message = "Sign in, or send a valid bearer token."


class PermissionRefused(IroncladError):  # noqa: N818
    code = "PERMISSION_DENIED"
    status = 403
    default_message = "You may not do this."


class NotFound(IroncladError):  # noqa: N818
    code = "NOT_FOUND"
    status = 404
    default_message = "There is nothing here."


class MethodNotAllowed(IroncladError):  # noqa: N818
    code = "METHOD_NOT_ALLOWED"
    status = 405
    default_message = "This method is not allowed here."


class Conflict(IroncladError):  # noqa: N818
    code = "CONFLICT"
    status = 409
    default_message = "This conflicts with what is there."


class PreconditionFailed(IroncladError):  # noqa: N818
    code = "PRECONDITION_FAILED"
    status = 412
    default_message = "It has changed since you read it."


class PayloadTooLarge(IroncladError):  # noqa: N818
    code = "PAYLOAD_TOO_LARGE"
    status = 413
    default_message = "The body is too large."


class UnsupportedMediaType(IroncladError):  # noqa: N818
    code = "UNSUPPORTED_MEDIA_TYPE"
    status = 415
    default_message = "Send application/json."


class RateLimited(IroncladError):  # noqa: N818
    code = "RATE_LIMITED"
    status = 429
    default_message = "Too many requests; slow down."


class InjectedFault(IroncladError):  # noqa: N818
    code = "INJECTED_FAULT"
    status = 500
    default_message = "This failure was injected on purpose."


class InternalError(IroncladError):
    """The root's own meaning, by name."""


class BulkheadFull(IroncladError):  # noqa: N818
    code = "BULKHEAD_FULL"
    status = 503
    default_message = "The service is at its limit; try again."


class CircuitOpen(IroncladError):  # noqa: N818
    """A circuit breaker refused the call without asking the dependency."""

    code = "CIRCUIT_OPEN"
    status = 503
    default_message = "The database has failed repeatedly; it is left alone for now."


class DatabaseUnavailable(IroncladError):  # noqa: N818
    """Refused, out of connections, or lost before an answer came."""

    code = "DATABASE_UNAVAILABLE"
    status = 503
    default_message = "The database cannot be reached."


class PoolExhausted(DatabaseUnavailable):
    """None of our own connections became free in time; the database was not asked."""

    default_message = "No database connection became free in time."


class OutboundUnavailable(IroncladError):  # noqa: N818
    """Another system was not reached, or broke off before its answer was whole.

    The envelope's codes are a contract and none of them is for this: it keeps the root's.
    """

    default_message = "Another system cannot be reached."


class DeadlineExceeded(IroncladError):  # noqa: N818
    code = "DEADLINE_EXCEEDED"
    status = 504
    default_message = "The work took longer than its deadline."
