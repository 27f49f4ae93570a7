"""A walk along the chain in steps: what the page shows of it, whoever carries it on.

Its row is sealed like an entry, so that nobody who can only write to the database makes up
that all was well.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta
from time import monotonic
from typing import cast

from django.db import transaction

from ironclad.envelope import timestamp
from sre_console.audit.chain import Key, canonical
from sre_console.audit.checkpoint import beginning
from sre_console.audit.keys import known_keys, sealing_key
from sre_console.audit.services import moment
from sre_console.audit.verification import head, walk
from sre_console.audit.walk import Broken, Place, Why
from sre_console.audit.wording import broken_told
from sre_console.models import AuditVerification

AGAIN = timedelta(hours=24)  # the whole log is walked anew
STATES = ("never", "running", "unbroken", "broken")
STEP = 20_000  # entries of one step, at most
_KEPT = 20  # walks


def check_newest() -> AuditVerification | None:
    """The newest walk that is genuine."""
    keys = known_keys()
    for row in AuditVerification.objects.order_by("-id")[:_KEPT]:
        if any(hmac.compare_digest(row.seal, _seal(row, key)) for key in keys.values()):
            return row
    return None


def check_start(*, by: str) -> AuditVerification:
    """Begin a walk at the beginning, or go on with one that is under way."""
    newest = check_newest()
    if newest is not None and newest.finished_at is None:
        return newest
    now = moment()
    place = beginning(known_keys())
    row = AuditVerification(
        started_at=now, started_by=by[:150], stepped_at=now, target=head().number
    )
    if isinstance(place, Broken):
        _broken(row, place, now)
    else:
        row.verified, row.hash, row.sealed = place.number, place.hash, place.sealed
        row.fresh = True
    _store(row)
    kept = AuditVerification.objects.order_by("-id").values_list("id", flat=True)
    AuditVerification.objects.filter(id__lt=min(kept[:_KEPT])).delete()
    return row


def check_step(
    row: AuditVerification, *, most: int = STEP, seconds: float = 1.0
) -> AuditVerification:
    """Go on by so many entries, or for so long; nothing where another one does just now."""
    with transaction.atomic():
        found = AuditVerification.objects.select_for_update(skip_locked=True)
        locked = found.filter(id=row.id, finished_at=None).first()
        if locked is None:
            return row
        _go_on(locked, most, monotonic() + seconds)
        return locked


def check_follow(row: AuditVerification) -> AuditVerification:
    """Let a walk that is over, and found nothing, go on to what was written since."""
    newest = head().number
    if row.broken is None and row.finished_at is not None and newest > row.verified:
        row.finished_at, row.target = None, newest
        _store(row)
    return row


def _go_on(row: AuditVerification, most: int, until: float) -> None:
    place = Place(row.verified, row.hash, row.sealed)
    above = None if row.fresh else place.number
    done = 0
    for found in walk(place, known_keys(), above=above, most=most):
        if isinstance(found, Broken):
            _broken(row, found, moment())
            break
        place = found
        done += 1
        if monotonic() > until:
            break
    else:
        if done < most:
            row.finished_at = moment()  # there is no more
    row.verified, row.hash, row.sealed = place.number, place.hash, place.sealed
    row.fresh = row.fresh and not done
    if place.number >= row.target:
        row.finished_at = row.finished_at or moment()
    if row.broken is None and row.finished_at and place.number < row.target:
        _broken(row, Broken(row.target, "tail", place.number + 1), row.finished_at)
    row.stepped_at = moment()
    _store(row)


def _broken(row: AuditVerification, broken: Broken, now: datetime) -> None:
    row.broken, row.why, row.finished_at = broken.number, broken.why, now
    row.other = broken.other


def broken_of(row: AuditVerification) -> Broken | None:
    if row.broken is None:
        return None
    return Broken(row.broken, cast("Why", row.why), row.other)


def check_json(row: AuditVerification | None) -> dict[str, object]:
    """For the API and the page's script."""
    broken = broken_of(row) if row else None
    over = "running" if row and row.finished_at is None else "unbroken"
    return {
        "state": "never" if row is None else "broken" if broken else over,
        "startedAt": timestamp(row.started_at) if row else None,
        "startedBy": row.started_by if row else "",
        "finishedAt": timestamp(row.finished_at) if row and row.finished_at else None,
        "verified": row.verified if row else 0,
        "target": row.target if row else 0,
        "hash": row.hash if row else "",
        "broken": broken
        and {"number": broken.number, "why": broken.why, "told": broken_told(broken)},
    }


def _store(row: AuditVerification) -> None:
    row.seal = _seal(row, sealing_key())
    row.save()


def _seal(row: AuditVerification, key: Key) -> str:
    told = {
        name: str(getattr(row, name))
        for name in (
            "started_by", "verified", "hash", "sealed", "fresh", "target", "broken",
            "why", "other",
        )
    }  # fmt: skip
    times = (row.started_at, row.stepped_at, row.finished_at)
    told["times"] = " ".join(str(at and at.timestamp()) for at in times)
    return key.sign(canonical({"verification": told}))
