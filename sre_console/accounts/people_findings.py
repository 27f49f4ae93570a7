"""What an access review should look at. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal, get_args

from sre_console.accounts.people_listing import PersonFacts

LONG = timedelta(days=90)  # unused, or since the last review
MOST_ADMINISTRATORS = 5

Finding = Literal[
    "unused", "no_second_factor", "off_with_tokens", "token_never", "token_unused",
    "owner_gone", "permissions", "no_role",
]  # fmt: skip
Overall = Literal["one_administrator", "no_administrator", "many_administrators"]
FINDINGS: tuple[Finding, ...] = get_args(Finding)


def findings(facts: PersonFacts, now: datetime) -> list[Finding]:
    """In the order of FINDINGS."""
    since = now - LONG
    tokens = facts.tokens
    known: dict[Finding, bool] = {
        "unused": facts.active and (facts.used or facts.joined) < since,
        "no_second_factor": facts.active
        and facts.second_factor_required
        and not (facts.second_factor or facts.bound),
        "off_with_tokens": not facts.active and bool(tokens),
        "token_never": any(token.expires is None for token in tokens),
        "token_unused": any((token.used or token.created) < since for token in tokens),
        "owner_gone": facts.service and not facts.owner_active,
        "permissions": facts.permissions > 0,
        "no_role": facts.active and not facts.role,
    }
    return [name for name in FINDINGS if known[name]]


def overall(people: Sequence[PersonFacts]) -> Overall | None:
    """How many can do an administrator's work: neither one alone, nor too many."""
    count = sum(
        each.active and each.role == "administrator" and not each.service
        for each in people
    )
    if count == 0:
        return "no_administrator"
    if count == 1:
        return "one_administrator"
    return "many_administrators" if count > MOST_ADMINISTRATORS else None


def review_overdue(last: datetime | None, now: datetime) -> bool:
    return last is None or now - last > LONG
