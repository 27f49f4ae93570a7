"""Refuses a Host that nobody has allowed, also for what the edge answers itself.

Without it a name that somebody rebinds to this address reads metrics and health from the browser
of whoever visits a page there.
"""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http.request import split_domain_port, validate_host

from ironclad.edge.protocol import ASGIApp, Receive, Scope, Send
from ironclad.errors import MalformedRequest

# The kubelet and Prometheus call a pod by its address, which nobody knows beforehand. A page can't
# be rebound to a number: where the Host is one, the browser went there on purpose.
_BY_ADDRESS = frozenset({"/livez", "/readyz", "/health", "/metrics"})
_KNOWN = 64  # accepted spellings that are remembered


class Hosts:
    """Raises MalformedRequest; `Measure` answers and counts it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._allowed = list(settings.ALLOWED_HOSTS)
        self._known: set[bytes] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hosts = [value for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            message = "Send exactly one Host header."
            raise MalformedRequest(message)
        if hosts[0] not in self._known:
            self._look_at(hosts[0], scope["path"])
        await self._app(scope, receive, send)

    def _look_at(self, host: bytes, path: str) -> None:
        domain, _port = split_domain_port(host.decode("latin-1"))
        if domain and validate_host(domain, self._allowed):
            if len(self._known) < _KNOWN:
                self._known.add(host)
            return
        if path.removesuffix("/") in _BY_ADDRESS and _is_address(domain):
            return
        message = "This host is not served here."
        raise MalformedRequest(message)


def _is_address(domain: str) -> bool:
    try:
        ip_address(domain.removeprefix("[").removesuffix("]"))
    except ValueError:
        return False
    return True
