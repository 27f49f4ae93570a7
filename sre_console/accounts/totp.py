"""Codes of an authenticator app (RFC 6238) and recovery codes. Pure but for their randomness."""

from __future__ import annotations

import hmac
import re
import secrets

import pyotp

STEP = 30  # seconds
_DRIFT = 1  # steps that a clock may be early or late
_APP = re.compile(r"[0-9]{6}", re.ASCII)
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # without what is mistaken: I, O, 0, 1
_RECOVERY = re.compile(rf"[{_ALPHABET}]{{16}}", re.ASCII)
RECOVERY_CODES = 10


def secret_new() -> str:
    """160 bits in base 32, as RFC 4226 recommends."""
    return pyotp.random_base32(32)


def address_of(secret: str, *, name: str, issuer: str) -> str:
    """What the QR code holds: the otpauth URI that apps read."""
    return str(pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer))


def step_of(secret: str, code: str, at: float) -> int | None:
    """The time step whose code this is, at most one beside that of `at` (Unix time).

    All are compared, so that the time it takes tells nothing.
    """
    if not _APP.fullmatch(code):
        return None
    now = int(at) // STEP
    app = pyotp.TOTP(secret)
    found = None
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if hmac.compare_digest(app.at(step * STEP), code):
            found = step
    return found


def recovery_codes_new() -> list[str]:
    """Ten of 80 bits: nobody guesses one, so a plain digest of it may be stored."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
        for _ in range(RECOVERY_CODES)
    ]


def tidy(code: str) -> str:
    """As it is compared: without the blanks and dashes that people type or leave out."""
    return re.sub(r"[\s-]", "", code[:64]).upper()


def is_recovery(code: str) -> bool:
    return _RECOVERY.fullmatch(code) is not None
