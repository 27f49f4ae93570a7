"""The limits of what pages send, and how each answer tells of the limit that counted it."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from ironclad.edge.forwarded import address_of, network_of
from ironclad.errors import RateLimited
from sre_console.limits.classes import kind_of
from sre_console.limits.services import (
    client_subjects,
    fields_of,
    person_counted,
    request_count,
)
from sre_console.pages import errors

_PAGES = ("/console", "/admin")


class Limiting:
    """A middleware, behind the one that knows who is signed in."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self._get_response(request)
        for name, value in fields_of(request).items():
            answer[name] = value
        return answer

    def process_view(
        self, request: HttpRequest, *_view: object
    ) -> HttpResponseBase | None:
        """Count a form that is sent and a report that is taken; what is only read is free."""
        if not request.path.startswith(_PAGES):
            return None
        kind = kind_of(request.method or "", request.path)
        if kind == "sign-in":  # where it tries a secret, it counts that by itself
            kind = "write"
        if kind not in {"write", "chaos", "export"}:
            return None
        user = request.user
        known = person_counted(user.get_username()) if user.is_authenticated else None
        by = client_subjects(network_of(address_of(request)), known)
        try:
            request_count(request, kind, by)
        except RateLimited as error:
            return errors.tell(request, error)
        return None
