"""A misconfiguration of the control panel, told before the first beat."""

from __future__ import annotations

from collections.abc import Sequence

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004

from ironclad.checks import is_web_address
from sre_console.accounts.oidc_roles import roles_read
from sre_console.governance.policy.rules import policy
from sre_console.incidents.catalogue import catalogue
from sre_console.slo.documents import DocumentInvalid


@register()
def check_rules(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """SLOs, windows, alert rules and the error-budget policy can be read."""
    del app_configs
    try:
        catalogue()
        policy()
    except DocumentInvalid as error:
        hint = (
            "The file is in deploy/slo; docs/guide/incidents.md says what it may hold."
        )
        return [Error(str(error), hint=hint, id="sre_console.E001")]
    return []


_SHORTEST_KEY = 32  # characters
_MAKE_ONE = "Make one: python -c 'import secrets; print(secrets.token_urlsafe(48))'"


@register()
def check_audit_key(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """The audit log can be sealed, by a secret of its own that nobody guesses."""
    del app_configs
    if not settings.AUDIT_KEY:
        message = "AUDIT_KEY (or AUDIT_KEY_FILE) is missing: nothing could be recorded."
        return [Error(message, hint=_MAKE_ONE, id="ironclad.E030")]
    found: list[CheckMessage] = []
    keys = (settings.AUDIT_KEY, *settings.AUDIT_KEY_FALLBACKS)
    if any(len(key) < _SHORTEST_KEY for key in keys):
        message = f"A key of the audit log has fewer than {_SHORTEST_KEY} characters."
        found.append(Error(message, hint=_MAKE_ONE, id="ironclad.E031"))
    if settings.AUDIT_KEY == settings.SECRET_KEY:
        message = (
            "AUDIT_KEY is the SECRET_KEY: whoever learns one forges with the other."
        )
        found.append(Error(message, hint=_MAKE_ONE, id="ironclad.E032"))
    return found


@register(Tags.security)
def check_sign_in(
    app_configs: Sequence[AppConfig] | None, **_options: object
) -> list[CheckMessage]:
    """The identity provider is configured whole, and a password alone breaks nothing."""
    del app_configs
    found: list[CheckMessage] = []
    if not settings.BUILTIN and settings.SECOND_FACTOR != "required":
        found.append(
            Warning(
                "A stolen password of an operator is enough to break the service.",
                hint="Leave IRONCLAD_SECOND_FACTOR out.",
                id="ironclad.W070",
            )
        )
    return found + _provider_problems()


def _provider_problems() -> list[CheckMessage]:
    parts = {
        "IRONCLAD_OIDC_ISSUER": settings.OIDC_ISSUER,
        "IRONCLAD_OIDC_CLIENT_ID": settings.OIDC_CLIENT_ID,
        "IRONCLAD_OIDC_ROLES": settings.OIDC_ROLES,
    }
    if not any([*parts.values(), settings.OIDC_CLIENT_SECRET]):
        return []
    found: list[CheckMessage] = [
        Error(
            f"{name} is missing: the identity provider is configured by half.",
            hint="Set all of IRONCLAD_OIDC_ISSUER, _CLIENT_ID and _ROLES, or none.",
            id="ironclad.E070",
        )
        for name, value in parts.items()
        if not value
    ]
    issuer = settings.OIDC_ISSUER
    plain = not settings.BUILTIN and not issuer.startswith("https://")
    if issuer and (plain or not is_web_address(issuer)):
        message = "IRONCLAD_OIDC_ISSUER is no address that can be trusted."
        hint = (
            "Write it whole, as the provider does: https://id.example.org/realms/sre."
        )
        found.append(Error(message, hint=hint, id="ironclad.E071"))
    try:
        roles_read(settings.OIDC_ROLES)
    except ValueError as error:
        message = f"IRONCLAD_OIDC_ROLES holds {str(error)!r}, which gives no role."
        hint = "Write group=role, separated by commas; the roles are in ADR 25."
        found.append(Error(message, hint=hint, id="ironclad.E072"))
    if "openid" not in settings.OIDC_SCOPES.split():
        message = "IRONCLAD_OIDC_SCOPES does not ask for openid."
        hint = "Without it the provider sends no ID token. Write: openid profile."
        found.append(Error(message, hint=hint, id="ironclad.E073"))
    return found
