"""Secrets that have to be read again, encrypted under a key derived from SECRET_KEY.

After SECRET_KEY was changed, what an old key of SECRET_KEY_FALLBACKS encrypted can still be read; whoever
reads it writes it anew.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_PURPOSE = b"ironclad second factor 1"  # another purpose is another key


def encrypted(text: str) -> str:
    return _key(settings.SECRET_KEY).encrypt(text.encode()).decode()


def decrypted(token: str) -> tuple[str, bool]:
    """The text, and whether an old key encrypted it. Raises ValueError: no key of ours did."""
    for age, secret in enumerate((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)):
        try:
            return _key(secret).decrypt(token.encode()).decode(), age > 0
        except InvalidToken:
            continue
    message = "encrypted under a SECRET_KEY that is not known any more"
    raise ValueError(message)


def _key(secret: str | bytes) -> Fernet:
    material = secret.encode() if isinstance(secret, str) else secret
    derived = HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(material)
    return Fernet(base64.urlsafe_b64encode(derived))
