"""How often one caller may ask: each class of request by its address, and by its token."""

from __future__ import annotations

from rest_framework.request import Request

from api.caller import Caller, address, caller
from ironclad.edge.forwarded import network_of
from sre_console.limits.classes import Kind, Subject, kind_of
from sre_console.limits.services import client_subjects, person_counted, request_count


def limit(request: Request) -> None:
    """Count this request by its token or person, and by the address it comes from.

    A token's limit is not escaped by changing the address, nor an address' by having many
    tokens. Raises RateLimited with the seconds until the window ends.
    """
    known = caller(request)
    if known is not None and known.role == "traffic":
        traffic: dict[Subject, str] = {"traffic": known.key}
        request_count(request._request, "traffic", traffic)  # noqa: SLF001
        return
    kind = kind_of(request.method or "", request.path)
    if kind is None:
        if known is not None:
            return
        kind = "write"  # a stranger stops nothing
    _count(request, kind, None if known is None else _stand_in(known))


def limit_address(request: Request) -> None:
    """Count it against the address alone: nobody known is asking."""
    kind = kind_of(request.method or "", request.path) or "write"
    _count(request, kind, None)


def _stand_in(known: Caller) -> str:
    """A person's requests here and the forms they send are counted together."""
    return person_counted(known.name) if known.scopes is None else known.key


def _count(request: Request, kind: Kind, known: str | None) -> None:
    subjects = client_subjects(network_of(address(request)), known)
    request_count(request._request, kind, subjects)  # noqa: SLF001
