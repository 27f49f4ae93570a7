"""What somebody looks for in the audit log, and the entries that are it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db.models import Q, QuerySet

from sre_console.models import AuditEntry

TEXT_MOST = 200  # characters
_WORDS_MOST = 10
_BATCH = 1000
_WORD = re.compile(r"\w+")


# What changes are about, and how their actions begin.
KINDS: dict[str, tuple[str, ...]] = {
    "faults": ("fault_plan.", "no_faults."),
    "patterns": ("patterns.", "breaker."),
    "traffic": ("traffic.",),
    "game-days": ("game_day.", "game_days.", "drill.", "tour."),
    "scenarios": ("scenario.",),
    "incidents": ("incident.", "post_mortem.", "action_item."),
    "silences": ("silence.",),
    "notifications": ("notification.",),
    "people": (
        "user.", "role.", "group.", "person.", "service.", "account.", "second_factor",
        "password.", "access_review.",
    ),
    "sign-ins": ("sign_in", "sign_out", "session."),
    "tokens": ("api_token.", "token."),
    "settings": ("settings.", "deployment."),
    "recovery": ("backup.", "recovery.", "disaster_drill."),
    "audit": ("audit.", "evidence."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Search:
    """Each that is empty asks for nothing."""

    text: str = ""  # words, or beginnings of them, anywhere in an entry
    actor: str = ""
    action: str = ""  # one, or the beginning of some: "fault_plan."
    kind: str = ""  # of KINDS
    subject: str = ""
    address: str = ""
    request_id: str = ""
    since: datetime | None = None
    until: datetime | None = None  # not of that moment itself
    below: int | None = None  # numbers: where the page before ended


def search(asked: Search) -> QuerySet[AuditEntry]:
    """The newest first."""
    wanted: dict[str, object] = {
        "actor": asked.actor,
        "subject": asked.subject,
        "address": asked.address,
        "request_id": asked.request_id,
        "at__gte": asked.since,
        "at__lt": asked.until,
        "id__lt": asked.below,
    }
    begins = asked.action.endswith(".")
    wanted["action__startswith" if begins else "action"] = asked.action
    given = {name: value for name, value in wanted.items() if value not in {"", None}}
    found = AuditEntry.objects.order_by("-id").filter(**given)
    if asked.kind:
        kinds = [Q(action__startswith=begin) for begin in KINDS[asked.kind]]
        found = found.filter(reduce(or_, kinds))
    return _with_words(found, asked.text)


def in_order(
    since: datetime | None = None, until: datetime | None = None
) -> Iterator[AuditEntry]:
    """The oldest first, by batches, so that a million need little memory."""
    asked = search(Search(since=since, until=until)).order_by("id")
    above = 0
    while rows := list(asked.filter(id__gt=above)[:_BATCH]):
        yield from rows
        above = rows[-1].id


def query_of(text: str) -> str:
    """A tsquery: all words, each whole or the beginning of one; empty where none is there."""
    terms = []
    for term in text[:TEXT_MOST].lower().split()[:_WORDS_MOST]:
        words = [f"'{word}'" for word in _WORD.findall(term.replace("_", " "))]
        if words:
            terms.append("(" + " <-> ".join([*words[:-1], f"{words[-1]}:*"]) + ")")
    return " & ".join(terms)


def _with_words(found: QuerySet[AuditEntry], text: str) -> QuerySet[AuditEntry]:
    query = query_of(text)
    if not query:
        return found.none() if text.strip() else found
    return found.extra(
        where=["audit_entry.words @@ to_tsquery('simple', %s)"], params=[query]
    )
