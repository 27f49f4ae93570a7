"""Rows of the pages of people and of the access review, and how they are chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from sre_console.access.matrix import ROLES
from sre_console.accounts.people_listing import PersonFacts
from sre_console.pages.access_words import active_mark, role_word
from sre_console.pages.incident_models import Mark
from sre_console.pages.tables import Column, Key, Order, rows_sorted

FILTERS = ("role", "kind", "state", "q")
_ORDER = {role: number for number, role in enumerate((*ROLES, ""))}


@dataclass(frozen=True, slots=True)
class PersonRow:
    id: int
    name: str
    service: bool
    kind: str
    owner: str
    role: str
    state: Mark
    factor: str
    used: datetime | None
    sessions: int
    tokens: int


def person_row(facts: PersonFacts) -> PersonRow:
    return PersonRow(
        id=facts.id,
        name=facts.name,
        service=facts.service,
        kind=_("service") if facts.service else _("person"),
        owner=facts.owner,
        role=_("superuser") if facts.superuser else role_word(facts.role),
        state=active_mark(active=facts.active),
        factor=factor_word(facts),
        used=facts.used,
        sessions=facts.sessions,
        tokens=len(facts.tokens),
    )


def factor_word(facts: PersonFacts) -> str:
    if facts.service:
        return "\u2013"
    if facts.second_factor:
        return _("yes")
    return _("by provider") if facts.bound else _("no")


def columns() -> list[Column]:
    return [
        Column(_("Name"), "name"),
        Column(_("Role"), "role"),
        Column(_("State"), "state"),
        Column(_("Second factor"), "factor"),
        Column(_("Last used"), "used", down=True),
        Column(_("Sessions"), "sessions", right=True, down=True),
        Column(_("Tokens"), "tokens", right=True, down=True),
    ]


KEYS: dict[str, Key[Any]] = {
    "name": lambda facts: facts.name.lower(),
    "role": lambda facts: _ORDER[facts.role],
    "state": lambda facts: not facts.active,
    "factor": lambda facts: facts.second_factor,
    "used": lambda facts: facts.used,
    "sessions": lambda facts: facts.sessions,
    "tokens": lambda facts: len(facts.tokens),
}


def people_chosen(
    people: Iterable[PersonFacts], asked: Mapping[str, str], order: Order | None
) -> Sequence[PersonFacts]:
    """Filtered by what is asked for, and sorted."""
    kept = [each for each in people if matches(each, asked)]
    return rows_sorted(kept, order, KEYS)


def matches(facts: PersonFacts, asked: Mapping[str, str]) -> bool:
    kind = "service" if facts.service else "person"
    state = "on" if facts.active else "off"
    word = asked.get("q", "").lower()
    return (
        asked.get("kind", kind) == kind
        and asked.get("state", state) == state
        and asked.get("role", facts.role or "none") == (facts.role or "none")
        and (word in facts.name.lower() or word in facts.owner.lower())
    )
