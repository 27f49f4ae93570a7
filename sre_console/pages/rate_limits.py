"""How often one address, or somebody under one name, may try to sign in."""

from __future__ import annotations

from django.http import HttpRequest

from ironclad.edge.forwarded import address_of, network_of
from sre_console.accounts.known_browser import browser_by_name
from sre_console.accounts.tokens import digest_of
from sre_console.limits.classes import Subject
from sre_console.limits.services import request_count


def sign_in_try(request: HttpRequest, name: str = "") -> None:
    """Count one try: of a password, a code of the second factor, a one-time link.

    A browser that the person has signed in with before is counted for itself: strangers could
    otherwise use up the tries under their name, or those of an address that they share.

    Raises RateLimited, with the seconds to wait, above the limit.
    """
    by: dict[Subject, str] = {"address": network_of(address_of(request))}
    if name:
        who = name.casefold()
        browser = browser_by_name(request, name)
        if browser:
            by = {"name": digest_of(f"{who} {browser}")}
        else:
            by["name"] = digest_of(who)
    request_count(request, "sign-in", by)
