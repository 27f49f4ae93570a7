"""The security headers that every answer bears, whoever gives it (docs/guide/proxy.md).

Django's own middleware sets some of them as well; here they are completed, and put on what never
reaches Django: probes, metrics, static files, refusals.
"""

from __future__ import annotations

from django.conf import settings

from ironclad.edge.protocol import ASGIApp, Headers, Message, Receive, Scope, Send

# For whatever is no page: it loads nothing and runs nothing, should a browser show it.
NOTHING = (
    b"default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
# Everything that a page can be allowed and that Chromium knows (others, it warns of). The console copies
# commands, and nothing else of these.
_OFF = (
    "accelerometer",
    "autoplay",
    "browsing-topics",
    "camera",
    "clipboard-read",
    "display-capture",
    "encrypted-media",
    "fullscreen",
    "gamepad",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "picture-in-picture",
    "publickey-credentials-get",
    "screen-wake-lock",
    "serial",
    "storage-access",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS = ", ".join([*(f"{name}=()" for name in _OFF), "clipboard-write=(self)"])
_CSP = b"content-security-policy"
_CACHE = (b"cache-control", b"no-store")
_HTML = b"text/html"
_SECURE = frozenset({"https", "wss"})


def always() -> Headers:
    """What any answer has, with the Content-Security-Policy of one that is no page."""
    return [
        (b"x-content-type-options", b"nosniff"),
        (b"x-frame-options", settings.X_FRAME_OPTIONS.encode()),
        (b"referrer-policy", settings.SECURE_REFERRER_POLICY.encode()),
        (b"permissions-policy", PERMISSIONS.encode()),
        (b"cross-origin-opener-policy", b"same-origin"),
        (b"cross-origin-embedder-policy", b"require-corp"),
        (b"cross-origin-resource-policy", b"same-origin"),
        (_CSP, NOTHING),
    ]


def transport() -> Headers:
    """What an answer by TLS has besides; nothing in the built-in profile."""
    seconds = settings.SECURE_HSTS_SECONDS
    if not seconds:
        return []
    value = f"max-age={seconds}"
    if settings.SECURE_HSTS_INCLUDE_SUBDOMAINS:
        value += "; includeSubDomains"
    return [(b"strict-transport-security", value.encode())]


def written() -> bytes:
    """Lines of a head that is written without an application behind.

    Whether it goes by TLS is not known there; a browser takes no notice of
    Strict-Transport-Security without.
    """
    headers = [*always(), *transport(), _CACHE]
    return b"".join(name + b": " + value + b"\r\n" for name, value in headers)


class SecurityHeaders:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._always = always()
        self._transport = transport()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = self._always
        if scope.get("scheme") in _SECURE:
            ours = [*ours, *self._transport]

        async def send_secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = _completed(message["headers"], ours)
            await send(message)

        await self._app(scope, receive, send_secured)


def _completed(headers: Headers, ours: Headers) -> Headers:
    there = {name.lower(): value for name, value in headers}
    if not there.get(b"content-type", b"").startswith(_HTML):
        # Django gives the policy of its pages to every answer.
        headers = [each for each in headers if each[0].lower() != _CSP]
        there.pop(_CSP, None)
    more = [each for each in ours if each[0] not in there]
    if _CACHE[0] not in there:
        more.append(_CACHE)
    return [*headers, *more]
