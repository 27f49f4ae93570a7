"""Bearer tokens for programs, the console's session for its own pages."""

from __future__ import annotations

from django.contrib.auth.models import AbstractBaseUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.authentication import SessionAuthentication as DrfSession
from rest_framework.request import Request

from api.caller import Caller, address, short_hash
from api.remembered import remembered
from ironclad.errors import AuthenticationRequired
from sre_console.accounts.roles import role_of
from sre_console.accounts.tokens import identify
from sre_console.accounts.tokens_seen import sightings

_LONGEST = 512  # characters; ours have under 100


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <token>`; any other scheme is somebody else's business."""

    def authenticate(self, request: Request) -> tuple[Caller, Caller] | None:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return None
        token = token.strip()
        if not token or len(token) > _LONGEST or not token.isascii():
            raise _refused()
        before = remembered.generation()
        identity = identify(token)
        if identity is None:
            raise _refused()
        if identity.token_id is not None:
            sightings.saw(identity.token_id, address(request))
        caller = Caller(
            identity.name,
            identity.role,
            key=short_hash(token),
            scopes=identity.scopes,
            token=identity.token,
        )
        remembered.keep(token, caller, identity, before)
        return caller, caller

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002
        return 'Bearer realm="ironclad"'


class SessionAuthentication(DrfSession):
    """The signed-in person; a change must carry the CSRF token."""

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, Caller] | None:
        found = super().authenticate(request)
        if found is None:
            return None
        user = found[0]
        name = user.get_username()
        caller = Caller(name, role_of(user), key=short_hash(f"user:{user.pk}"))
        return user, caller

    def enforce_csrf(self, request: Request) -> None:
        # Asked for the form's token, DRF's request would parse the body, and refuse it.
        super().enforce_csrf(request._request)  # type: ignore[arg-type]  # noqa: SLF001


def _refused() -> AuthenticationRequired:
    return AuthenticationRequired("The bearer token is not valid.")
