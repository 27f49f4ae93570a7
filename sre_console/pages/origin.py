"""Whether a WebSocket handshake comes from a page of this server.

A browser sends the cookies of this site with a WebSocket that any other site opens, and no
CSRF token travels with it: the Origin header is the only thing that tells them apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from django.conf import settings
from django.http.request import split_domain_port, validate_host
from django.utils.http import is_same_domain

Headers = Iterable[tuple[bytes, bytes]]


def allowed(headers: Headers, *, scheme: str = "ws") -> bool:
    """True for a page of the same host, or of one of CSRF_TRUSTED_ORIGINS.

    `scheme` as the edge has settled it, behind a proxy too. The same rule as Django's for a POST. A missing or doubled Origin or Host is refused, and
    so is a Host outside ALLOWED_HOSTS (a name rebound to this address).
    """
    named = [(name.lower(), value.decode("latin1")) for name, value in headers]
    origins = [value for name, value in named if name == b"origin"]
    hosts = [value for name, value in named if name == b"host"]
    if len(origins) != 1 or len(hosts) != 1:
        return False
    domain, _port = split_domain_port(hosts[0])
    if not domain or not validate_host(domain, settings.ALLOWED_HOSTS):
        return False
    page = "https" if scheme == "wss" else "http"
    own = f"{page}://{hosts[0]}".lower()
    return origins[0].lower() == own or _trusted(origins[0])


def _trusted(origin: str) -> bool:
    try:
        asked = urlsplit(origin.lower())
    except ValueError:
        return False
    for trusted in settings.CSRF_TRUSTED_ORIGINS:
        known = urlsplit(trusted.lower())
        # "https://*.example.org" stands for every name below it, as in Django
        pattern = known.netloc.removeprefix("*")
        if asked.scheme == known.scheme and is_same_domain(asked.netloc, pattern):
            return True
    return False
