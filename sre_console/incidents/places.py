"""Places that are told, and how each is named wherever anybody may look.

An address of a webhook is often itself the secret, in its path, its query or its credentials:
its name has the host alone, and a digest that tells two of one host apart. Rows hold names;
whoever sends finds the address by its name.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

MOST = 255  # characters of a name: what a row holds
_DIGEST = 8  # hexadecimal digits
NAMED = re.compile(rf".*… #[0-9a-f]{{{_DIGEST}}}")


@dataclass(frozen=True, slots=True)
class Place:
    channel: str  # webhook, email
    address: str

    @property
    def name(self) -> str:
        """What is stored and shown, short and printable whatever the address is."""
        if self.channel == "webhook":
            return _short(f"{_origin(self.address)}/", self.address)
        fits = len(self.address) <= MOST and self.address.isprintable()
        return self.address if fits else _short(self.address, self.address)


def named(channel: str, stored: str) -> str:
    """The name of what a row holds: versions before this one wrote whole addresses."""
    if channel == "webhook" and not NAMED.fullmatch(stored):
        return Place(channel, stored).name
    return stored


def address_of(channel: str, name: str, among: Iterable[str]) -> str | None:
    """The one of these addresses that is named so; None: it is configured no more."""
    found = (each for each in among if Place(channel, each).name == name)
    return next(found, None)


def _origin(address: str) -> str:
    """`scheme://host[:port]`; of what cannot be read nothing is told."""
    try:
        parts = urlsplit(address)
        port = "" if parts.port is None else f":{parts.port}"
    except ValueError:
        return "webhook:"
    host = parts.hostname or ""
    return f"{parts.scheme}://{f'[{host}]' if ':' in host else host}{port}"


def _short(begin: str, address: str) -> str:
    """`begin… #<digits of the SHA-256 of the address>`."""
    data = address.encode(errors="backslashreplace")
    end = f"… #{hashlib.sha256(data).hexdigest()[:_DIGEST]}"
    shown = "".join(char if char.isprintable() else "?" for char in begin)
    return shown[: MOST - len(end)] + end
