"""Access reviews: who has what, told with its digest, and that somebody has looked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from django.utils.translation import gettext

from ironclad.errors import Conflict, FieldsInvalid
from sre_console.access.checks import access_check
from sre_console.accounts.people_findings import Finding, findings
from sre_console.accounts.people_listing import PersonFacts, people_facts
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import AccessReview

LONGEST_NOTE = 500  # characters
Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """Somebody, and what there is to look at."""

    facts: PersonFacts
    findings: tuple[Finding, ...]


def review_rows(now: datetime) -> list[Reviewed]:
    """Everybody, by name."""
    return [Reviewed(each, tuple(findings(each, now))) for each in people_facts()]


def review_last() -> AccessReview | None:
    return AccessReview.objects.order_by("-at", "-pk").first()


def row_json(row: Reviewed) -> Json:
    facts = row.facts
    return {
        "id": facts.id,
        "name": facts.name,
        "kind": "service" if facts.service else "person",
        "owner": facts.owner,
        "role": facts.role,
        "active": facts.active,
        "superuser": facts.superuser,
        "staff": facts.staff,
        "permissionsBesideTheRole": facts.permissions,
        "signsInBy": _way(facts),
        "secondFactor": facts.second_factor,
        "secondFactorRequired": facts.second_factor_required,
        "joinedAt": _at(facts.joined),
        "lastSignInAt": _at(facts.signed_in),
        "lastUsedAt": _at(facts.used),
        "accessChangedAt": _at(facts.changed),
        "sessions": facts.sessions,
        "tokens": [
            {
                "id": token.id,
                "name": token.name,
                "scopes": list(token.scopes),
                "createdAt": _at(token.created),
                "madeBy": token.made_by,
                "expiresAt": _at(token.expires),
                "lastUsedAt": _at(token.used),
                "lastUsedFrom": token.used_from,
            }
            for token in facts.tokens
        ],
        "findings": list(row.findings),
    }


def access_digest(rows: Sequence[Reviewed]) -> str:
    """Of what was given, and not of its use: it stays until somebody changes something."""
    used = {"lastSignInAt", "lastUsedAt", "accessChangedAt", "sessions", "findings"}
    given = []
    for row in rows:
        told = {key: value for key, value in row_json(row).items() if key not in used}
        told["tokens"] = [(token.id, token.scopes) for token in row.facts.tokens]
        given.append(told)
    return digest_of(json.dumps(given, sort_keys=True).encode())


def digest_of(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def export_json(rows: Sequence[Reviewed]) -> bytes:
    told = [row_json(row) for row in rows]
    return json.dumps({"access": told}, ensure_ascii=False, indent=1).encode()


def counts_of(rows: Sequence[Reviewed]) -> dict[str, int]:
    people = [row for row in rows if not row.facts.service]
    return {
        "people": len(people),
        "services": len(rows) - len(people),
        "administrators": sum(
            row.facts.role == "administrator" and row.facts.active for row in rows
        ),
        "tokens": sum(len(row.facts.tokens) for row in rows),
        "findings": sum(len(row.findings) for row in rows),
    }


def export_record(
    *, actor: Actor, kind: str, digest: str, rows: Sequence[Reviewed]
) -> None:
    """That somebody has taken the list away, and which."""
    access_check(actor, "access.review")
    with audited():
        record(
            actor=actor,
            action="access_review.exported",
            subject=kind,
            detail={"sha256": digest, **counts_of(rows)},
        )


def review_done(
    *, actor: Actor, seen: str, note: object, now: datetime
) -> AccessReview:
    """Somebody has looked at all of it. `seen` is the digest of what was before them.

    Raises Conflict when somebody's access has changed meanwhile.
    """
    access_check(actor, "access.review")
    said = note.strip() if isinstance(note, str) else ""
    if len(said) > LONGEST_NOTE or "\x00" in said:
        message = gettext("A note has at most %(most)s characters.")
        raise FieldsInvalid([("note", message % {"most": LONGEST_NOTE})])
    with audited():
        rows = review_rows(now)
        if seen != access_digest(rows):
            message = gettext("Somebody's access has changed since you looked.")
            raise Conflict(message)
        digest, counts = digest_of(export_json(rows)), counts_of(rows)
        done = AccessReview.objects.create(
            reviewer=actor.name, note=said, digest=digest, counts=counts
        )
        done.refresh_from_db()
        record(
            actor=actor,
            action="access_review.done",
            subject=f"review {done.pk}",
            reason=said,
            detail={"sha256": digest, **counts},
        )
    return done


def _way(facts: PersonFacts) -> str:
    if facts.service:
        return "token"
    return "provider" if facts.bound else "password"


def _at(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds") if at else None
