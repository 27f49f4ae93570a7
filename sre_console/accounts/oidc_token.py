"""An ID token: by whom it is signed, for whom, for which sign-in, and until when."""

from __future__ import annotations

from collections.abc import Mapping

from authlib.oidc.core import CodeIDToken
from django.conf import settings
from joserfc import jws, jwt
from joserfc.errors import JoseError

from ironclad.clock import clock
from sre_console.accounts.oidc_provider import ProviderRefused, provider

# By public keys alone: `none` is no signature, and an HMAC's key could be a public one.
_ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA",
)  # fmt: skip
_LEEWAY = 30  # seconds between the clocks
_LONGEST = 64 * 1024  # characters
_LONGEST_SUBJECT = 255  # OpenID Connect Core, section 2


def claims_of(answer: Mapping[str, object], *, nonce: str) -> Mapping[str, object]:
    """Of the token in the answer to a code. Raises ProviderRefused."""
    token = answer.get("id_token")
    if not isinstance(token, str) or len(token) > _LONGEST or not token.isascii():
        message = "there is no ID token"
        raise ProviderRefused(message)
    try:
        claims = _verified(token, answer, nonce)
    except (JoseError, ValueError, KeyError, TypeError, RecursionError) as error:
        message = f"the ID token is not valid ({type(error).__name__})"
        raise ProviderRefused(message) from error
    subject = claims.get("sub")
    if (
        not isinstance(subject, str)
        or not 0 < len(subject) <= _LONGEST_SUBJECT
        or not subject.isprintable()  # nor what PostgreSQL could not hold
    ):
        message = "the ID token names no subject"
        raise ProviderRefused(message)
    return claims


def _verified(
    token: str, answer: Mapping[str, object], nonce: str
) -> Mapping[str, object]:
    header = jws.extract_compact(token.encode()).headers()
    known = provider(with_key=str(header.get("kid", "")) or None)
    read = jwt.decode(token, known.keys, algorithms=_ALGORITHMS)
    claims = CodeIDToken(
        read.claims,
        read.header,
        {
            "iss": {"essential": True, "value": known.issuer},
            "aud": {"essential": True, "value": settings.OIDC_CLIENT_ID},
            "sub": {"essential": True},
            "exp": {"essential": True},
        },
        {
            "nonce": nonce,
            "client_id": settings.OIDC_CLIENT_ID,
            "access_token": answer.get("access_token"),
        },
    )
    claims.validate(now=int(clock.epoch()), leeway=_LEEWAY)
    return read.claims
