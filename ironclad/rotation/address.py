"""DATABASE_URL for another role: the same server, the same options.

Pure.
"""

from __future__ import annotations

import secrets
from urllib.parse import quote, unquote, urlsplit, urlunsplit


def role_of(url: str) -> str:
    return unquote(urlsplit(url).username or "")


def password_of(url: str) -> str:
    return unquote(urlsplit(url).password or "")


def address_for(url: str, role: str, password: str) -> str:
    """`url` with that role and password. Brackets, several hosts and options stay as they are."""
    parts = urlsplit(url)
    place = parts.netloc.rpartition("@")[2]
    who = f"{quote(role, safe='')}:{quote(password, safe='')}"
    return urlunsplit(parts._replace(netloc=f"{who}@{place}"))


def login_roles(app_role: str) -> tuple[str, str]:
    return f"{app_role}_a", f"{app_role}_b"


def next_role(app_role: str, current: str) -> str:
    """The one that is not in use; the first where neither is."""
    first, second = login_roles(app_role)
    return second if current == first else first


def new_password() -> str:
    """256 bits, in letters that no URL and no shell takes for its own."""
    return secrets.token_urlsafe(32)
