"""The series of the service that exist from the start."""

from __future__ import annotations

from ironclad.observability.metrics import (
    business_transactions_total,
    start_request_series,
)

_ANY = (200, 401, 403, 429, 499, 500, 503, 504)
_READ = (400, 404)
_CREATE = (201, 400, 409, 413, 415)
_CHANGE = (400, 404, 409, 412, 413, 415)
_DELETE = (204, 404, 412)
OUTCOMES = ("succeeded", "rejected", "failed")
TYPES = {"POST": "create", "PUT": "update", "PATCH": "update", "DELETE": "delete"}


def promise_service_series(*, collection: str, single: str) -> None:
    """`collection` and `single` are the URL patterns of all users and of one."""
    start_request_series(collection, "GET", (*_ANY, *_READ))
    start_request_series(collection, "POST", (*_ANY, *_CREATE))
    start_request_series(single, "GET", (*_ANY, *_READ))
    for method in ("PUT", "PATCH"):
        start_request_series(single, method, (*_ANY, *_CHANGE))
    start_request_series(single, "DELETE", (*_ANY, *_DELETE))
    for kind in TYPES.values():
        for outcome in OUTCOMES:
            business_transactions_total.labels(kind, outcome)
