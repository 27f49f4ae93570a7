"""What the pages of signing in, and of one's own password and second factor, are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.conf import settings

from sre_console.accounts.oidc import configured, provider_name
from sre_console.accounts.roles import Role


@dataclass(frozen=True, slots=True)
class SignInPage:
    next: str
    name: str = ""
    error: str = ""
    notice: str = ""
    builtin: bool = field(default_factory=lambda: settings.BUILTIN)
    provider: str = field(  # its name; empty without one
        default_factory=lambda: provider_name() if configured() else ""
    )


@dataclass(frozen=True, slots=True)
class EnterPage:
    """The one-time link: a button, or why there is none."""

    code: str
    role: Role | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class CodePage:
    error: str = ""


@dataclass(frozen=True, slots=True)
class NewPasswordPage:
    """One's own password; `exists` is False for a person who comes through a provider."""

    error: str = ""
    temporary: bool = False
    exists: bool = True
    done: bool = False
    least: int = settings.PASSWORD_LEAST


@dataclass(frozen=True, slots=True)
class EnrolPage:
    """`own`: by choice, of somebody signed in."""

    image: str  # a data: address
    secret: Sequence[str]  # in groups of four
    role: Role | None
    own: bool = False
    error: str = ""


@dataclass(frozen=True, slots=True)
class RecoveryCodesPage:
    codes: Sequence[str]
    leads_on: str


@dataclass(frozen=True, slots=True)
class SecondFactorPage:
    codes_left: int
    required: bool
    error: str = ""


def grouped(secret: str) -> list[str]:
    return [secret[at : at + 4] for at in range(0, len(secret), 4)]
