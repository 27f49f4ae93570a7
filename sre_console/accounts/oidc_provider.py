"""The identity provider: what its discovery document says, its keys, and its answer to a code.

Every call goes through the guarded way out: a deadline, a bound, a breaker.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast
from urllib.parse import quote_plus, urlencode

from authlib.oidc.discovery import get_well_known_url
from django.conf import settings
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from ironclad.checks import is_web_address
from ironclad.clock import clock
from ironclad.errors import IroncladError
from ironclad.outbound.client import Outbound

_DEADLINE = 8.0  # seconds for one call
_KEPT = 3600.0  # seconds, what the provider says of itself
_AGAIN = 60.0  # seconds at least until its keys are asked for again
_PUBLIC = frozenset({"RSA", "EC", "OKP"})  # never a shared secret
_LARGEST = 256 * 1024  # bytes of an answer

# Made where the module is loaded, and only where there is a provider.
way = (
    Outbound("identity-provider", body_limit=_LARGEST) if settings.OIDC_ISSUER else None
)


class ProviderRefused(Exception):  # noqa: N818 - read as a sentence
    """The provider's answer is none that lets anybody in; the reason is for the audit log."""


@dataclass(frozen=True, slots=True)
class Provider:
    issuer: str
    authorization: str
    token: str
    posts_secret: bool  # in the body, where it does not take basic authentication
    keys: KeySet
    read_at: float  # monotonic seconds


_known: Provider | None = None


def provider(*, with_key: str | None = None) -> Provider:
    """What is known of it, asked anew each hour, or where `with_key` is a key not seen yet.

    Raises ProviderRefused for a document that is not the issuer's own.
    """
    global _known  # noqa: PLW0603 - one a process; two that read it at once do no harm
    age = clock.monotonic() - _known.read_at if _known else _KEPT
    strange = with_key is not None and _known is not None and not _has(_known, with_key)
    if (
        _known is None
        or _known.issuer != settings.OIDC_ISSUER
        or age >= _KEPT
        or (strange and age >= _AGAIN)
    ):
        _known = _read()
    return _known


def forget() -> None:
    """As a process that has just started."""
    global _known  # noqa: PLW0603
    _known = None


def tokens_for(code: str, *, verifier: str, redirect_uri: str) -> Mapping[str, object]:
    """Exchange a code. Raises ProviderRefused."""
    asked = provider()
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri,
        "code_verifier": verifier,
    }
    headers = {"content-type": "application/x-www-form-urlencoded"}
    name, secret = settings.OIDC_CLIENT_ID, settings.OIDC_CLIENT_SECRET
    if secret and not asked.posts_secret:
        pair = f"{quote_plus(name)}:{quote_plus(secret)}"  # RFC 6749, section 2.3.1
        headers["authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        sent |= {"client_id": name} | ({"client_secret": secret} if secret else {})
    return _call("POST", asked.token, headers, urlencode(sent).encode())


def _read() -> Provider:
    issuer = settings.OIDC_ISSUER
    said = _call("GET", get_well_known_url(issuer, external=True))
    if said.get("issuer") != issuer:
        message = "the discovery document is another issuer's"
        raise ProviderRefused(message)
    keys_at = _address(said, "jwks_uri")
    ways = said.get("token_endpoint_auth_methods_supported")
    return Provider(
        issuer=issuer,
        authorization=_address(said, "authorization_endpoint"),
        token=_address(said, "token_endpoint"),
        posts_secret=isinstance(ways, list) and "client_secret_basic" not in ways,
        keys=_keys(keys_at),
        read_at=clock.monotonic(),
    )


def _keys(address: str) -> KeySet:
    said = _call("GET", address).get("keys")
    held = [
        each
        for each in (said if isinstance(said, list) else [])
        if isinstance(each, dict)
        and each.get("kty") in _PUBLIC
        and each.get("use", "sig") == "sig"
    ]
    try:
        return KeySet.import_key_set(cast("KeySetSerialization", {"keys": held}))
    except (JoseError, ValueError, KeyError, TypeError) as error:
        message = "its keys cannot be read"
        raise ProviderRefused(message) from error


def _has(known: Provider, key: str) -> bool:
    return any(each.kid == key for each in known.keys.keys)


def _address(said: Mapping[str, object], name: str) -> str:
    """No weaker than the issuer's own: https stays https."""
    address = said.get(name)
    wanted = settings.OIDC_ISSUER.partition("://")[0]
    if not isinstance(address, str) or not is_web_address(address):
        message = f"the discovery document has no {name}"
        raise ProviderRefused(message)
    if wanted == "https" and not address.startswith("https://"):
        message = f"its {name} is not encrypted"
        raise ProviderRefused(message)
    return address


def _call(
    method: str,
    address: str,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
) -> Mapping[str, object]:
    if way is None:
        message = "no provider is configured"
        raise ProviderRefused(message)
    try:
        answer = way.request(
            method,
            address,
            headers={"accept": "application/json", **(headers or {})},
            content=content,
            deadline=_DEADLINE,
        )
    except IroncladError as error:
        message = f"it cannot be reached ({type(error).__name__})"
        raise ProviderRefused(message) from error
    if answer.status != HTTPStatus.OK:
        message = f"it answered {answer.status}"
        raise ProviderRefused(message)
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError) as error:
        message = "its answer is no JSON"
        raise ProviderRefused(message) from error
    if not isinstance(said, dict):
        message = "its answer is no object"
        raise ProviderRefused(message)
    return said
