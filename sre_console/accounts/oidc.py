"""Signing in through an identity provider: OpenID Connect's code flow, with PKCE.

A person is bound by issuer and subject. Their name is only a name: a local account that bears it already is
left alone. The role follows the provider's groups at each sign-in; without a group that gives one nobody
gets in, and a role that was given is taken away.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from authlib.oauth2.rfc6749.parameters import prepare_grant_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext

from ironclad.clock import clock
from ironclad.errors import AuthenticationRequired, IroncladError
from sre_console.access.matrix import Role, permitted
from sre_console.accounts.oidc_provider import ProviderRefused, provider, tokens_for
from sre_console.accounts.oidc_roles import groups_of, role_given, roles_read
from sre_console.accounts.oidc_token import claims_of
from sre_console.accounts.people import person_renamed_for, role_change
from sre_console.accounts.roles import role_of
from sre_console.accounts.signing_in import Step, arrived, sign_in_refused
from sre_console.audit.actor import SYSTEM
from sre_console.audit.services import audited, record
from sre_console.models import ExternalIdentity

HOW = "provider"
_BEGUN = "provider"  # in the session
_LIFE = 600.0  # seconds at the provider
_FACTORS = frozenset({"mfa", "otp", "hwk"})  # RFC 8176


def configured() -> bool:
    return bool(settings.OIDC_ISSUER)


def provider_name() -> str:
    return str(settings.OIDC_NAME or settings.OIDC_ISSUER.partition("://")[2])


def provider_begin(request: HttpRequest, *, leads_on: str) -> str:
    """The address at the provider to go to. Raises AuthenticationRequired when it is away."""
    try:
        known = provider()
    except ProviderRefused as refused:
        raise _failed(request, str(refused), away_words()) from refused
    begun = {
        "state": secrets.token_urlsafe(32),
        "nonce": secrets.token_urlsafe(32),
        "verifier": secrets.token_urlsafe(48),
        "leads_on": leads_on,
        "at": clock.epoch(),
    }
    request.session[_BEGUN] = begun
    return str(
        prepare_grant_uri(
            known.authorization,
            settings.OIDC_CLIENT_ID,
            "code",
            redirect_uri=_back(),
            scope=settings.OIDC_SCOPES,
            state=begun["state"],
            nonce=begun["nonce"],
            code_challenge=create_s256_code_challenge(begun["verifier"]),
            code_challenge_method="S256",
        )
    )


def provider_sign_in(
    request: HttpRequest, answered: Mapping[str, str]
) -> tuple[Step, str]:
    """The provider's answer: the next step, and where the person wanted to go.

    What was begun is used up by it, whatever it says. Raises AuthenticationRequired.
    """
    begun: dict[str, Any] = request.session.pop(_BEGUN, None) or {}
    late = clock.epoch() - begun.get("at", 0.0) > _LIFE
    state = str(begun.get("state", ""))
    if not state or late or not constant_time_compare(state, answered.get("state", "")):
        raise _failed(request, "wrong state", begin_words())
    if answered.get("iss", settings.OIDC_ISSUER) != settings.OIDC_ISSUER:  # RFC 9207
        raise _failed(request, "wrong issuer", refused_words())
    if "code" not in answered:
        raise _failed(request, "the provider said no", said_no_words())
    try:
        answer = tokens_for(
            answered["code"][:4096], verifier=begun["verifier"], redirect_uri=_back()
        )
        claims = claims_of(answer, nonce=begun["nonce"])
    except ProviderRefused as refused:
        raise _failed(request, str(refused), refused_words()) from refused
    return _let_in(request, claims, begun["leads_on"]), begun["leads_on"]


def _let_in(request: HttpRequest, claims: Mapping[str, object], leads_on: str) -> Step:
    groups = groups_of(claims, settings.OIDC_ROLES_CLAIM)
    role = role_given(groups, roles_read(settings.OIDC_ROLES))
    with audited():
        user = _person(claims, role)
        reason = "no group that gives a role" if role is None else ""
        if user is not None and not user.is_active:
            reason = "switched off"
        if user is not None and user.is_active:
            reason = _follow(user, role) or reason
        if user is not None and not reason:
            passed = _second_factor(claims)
            return arrived(request, user, how=HOW, leads_on=leads_on, passed=passed)
        sign_in_refused(request, user, how=HOW, reason=reason)
    raise AuthenticationRequired(no_role_words())


def _person(claims: Mapping[str, object], role: Role | None) -> User | None:
    """Who it is; somebody new only with a role."""
    issuer, subject = settings.OIDC_ISSUER, str(claims["sub"])
    bound = ExternalIdentity.objects.filter(issuer=issuer, subject=subject)
    known = bound.select_related("user").first()
    if known is not None:
        return known.user
    if role is None:
        return None
    wanted = claims.get("preferred_username") or claims.get("name") or subject
    user = person_renamed_for(wanted, issuer=issuer)
    ExternalIdentity.objects.create(issuer=issuer, subject=subject, user=user)
    record(
        actor=SYSTEM,
        action="person.added",
        subject=user.get_username(),
        after={"active": True},
        detail={"issuer": issuer},
    )
    return user


def _follow(user: User, role: Role | None) -> str:
    """Take over the role; why that cannot be, where it cannot."""
    if role_of(user) != role:
        try:
            role_change(actor=SYSTEM, user=user, role=role)
        except IroncladError as error:
            return error.message
    staff = role is not None and permitted("admin.enter", role)
    if user.is_staff != staff:
        user.is_staff = staff
        user.save(update_fields=["is_staff"])
    return ""


def _second_factor(claims: Mapping[str, object]) -> bool:
    """Whether the provider's own counts."""
    if settings.OIDC_SECOND_FACTOR == "claimed":
        amr = claims.get("amr")
        named = amr if isinstance(amr, list) else []
        return any(isinstance(each, str) and each in _FACTORS for each in named)
    return bool(settings.OIDC_SECOND_FACTOR == "trusted")


def _failed(request: HttpRequest, reason: str, words: str) -> AuthenticationRequired:
    with audited():
        sign_in_refused(request, None, how=HOW, reason=reason)
    return AuthenticationRequired(words)


def _back() -> str:
    return f"{settings.CONSOLE_URL}{reverse('console:sign-in-provider-back')}"


def away_words() -> str:
    return gettext(
        "The identity provider does not answer as it should. Try again soon."
    )


def begin_words() -> str:
    return gettext("This sign-in took too long, or was begun elsewhere. Begin again.")


def said_no_words() -> str:
    return gettext("The identity provider did not let you in, or you went back.")


def refused_words() -> str:
    return gettext("The identity provider's answer could not be trusted. Begin again.")


def no_role_words() -> str:
    return gettext("Your account at the identity provider may not enter this console.")
