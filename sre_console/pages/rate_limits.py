"""How often one address, or somebody under one name, may try to sign in."""

from __future__ import annotations

from django.http import HttpRequest

from ironclad.edge.forwarded import address_of, network_of
from sre_console.accounts.tokens import digest_of
from sre_console.limits.classes import Subject
from sre_console.limits.services import request_count


def sign_in_try(request: HttpRequest, name: str = "") -> None:
    """Count one try: of a password, a code of the second factor, a one-time link.

    Raises RateLimited, with the seconds to wait, above the limit.
    """
    by: dict[Subject, str] = {"address": network_of(address_of(request))}
    if name:
        by["name"] = digest_of(name.casefold())
    request_count(request, "sign-in", by)
