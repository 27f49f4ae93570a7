"""What the pages of accounts are given: plain values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib.auth.models import User

from sre_console.access.matrix import ACTIONS, permitted
from sre_console.accounts.people_listing import TokenFacts
from sre_console.accounts.sessions import HANDLE, sessions_of
from sre_console.accounts.tokens_listing import tokens_of
from sre_console.pages.access_words import agent_word, how_word

_SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class SessionRow:
    handle: str
    began: datetime | None
    seen: datetime
    address: str
    agent: str
    how: str
    second_factor: bool
    this: bool


@dataclass(frozen=True, slots=True)
class TokenRow:
    facts: TokenFacts
    soon: bool  # it ends within two weeks


@dataclass(frozen=True, slots=True)
class Allowed:
    """An action of the matrix, and whether this person may."""

    told: str
    may: bool


def session_rows(user: User, this: str = "") -> list[SessionRow]:
    """The newest first; `this` is the digest of the reader's own."""
    return [
        SessionRow(
            handle=row.digest[:HANDLE],
            began=row.signed_in_at,
            seen=row.seen_at,
            address=row.address,
            agent=agent_word(row.agent),
            how=how_word(row.how),
            second_factor=row.second_factor,
            this=row.digest == this,
        )
        for row in sessions_of(user)
    ]


def token_rows(user: User, now: datetime) -> list[TokenRow]:
    rows = []
    for token in tokens_of(user):
        facts = TokenFacts(
            id=token.pk,
            name=token.name,
            scopes=tuple(token.scopes),
            created=token.created_at,
            made_by=token.made_by,
            expires=token.expires_at,
            used=token.last_used_at,
            used_from=token.last_used_from,
        )
        soon = facts.expires is not None and facts.expires - now < _SOON
        rows.append(TokenRow(facts, soon))
    return rows


def allowed(role: str | None) -> Sequence[Allowed]:
    """What they may do first."""
    rows = [Allowed(row.told, permitted(row.name, role)) for row in ACTIONS.values()]
    return sorted(rows, key=lambda row: not row.may)
