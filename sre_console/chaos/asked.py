"""Reading what an operator asks for: the fields that every leased thing has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from ironclad.asked import Fields

TTL_DEFAULT = 300  # seconds
TTL_MOST = 3600
REASON_LONGEST = 500  # characters


class Asked(Fields):
    def ttl(self) -> int:
        """Seconds until it ends by itself."""
        return cast(
            "int", self.whole("ttlSeconds", TTL_DEFAULT, least=1, most=TTL_MOST)
        )

    def reason(self) -> str:
        return self.line("reason", most=REASON_LONGEST)

    def confirm(self) -> str | None:
        """The environment's name that a person has typed; None: not asked to."""
        if "confirm" not in self.asked:
            return None
        return self.line("confirm", most=REASON_LONGEST)


def reason_taken(asked: object) -> str:
    """The reason in what was sent, as far as it can be kept; nothing is refused.

    For a stop, which nothing that is sent with it may be in the way of.
    """
    given = asked.get("reason") if isinstance(asked, Mapping) else None
    if not isinstance(given, str):
        return ""
    shown = "".join(each if each.isprintable() else " " for each in given)
    return shown.strip()[:REASON_LONGEST]
