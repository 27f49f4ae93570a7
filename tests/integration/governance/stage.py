"""Injections as rows, with what the service did meanwhile."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.chaos.rows import database_now
from sre_console.models import (
    AlertPeriod,
    FaultPeriod,
    FaultTally,
    Incident,
    PatternPeriod,
)
from sre_console.slo import lookup
from sre_console.slo.timeline import fold
from tests.integration.slo.conftest import Feed


def ago(**since: float) -> datetime:
    """A whole second, so that counts are whole too."""
    return database_now().replace(microsecond=0) - timedelta(**since)


def measured(feed: Feed, begin: datetime, seconds: int, *, bad: int) -> None:
    """50 requests a second, from an hour before; in the time itself `bad` of them fail."""
    first = int(begin.timestamp())
    feed(range(first - 600, first))
    feed(range(first, first + seconds), bad=bad, drilled=bad, exercise=bad)
    feed(range(first + seconds, first + seconds + 30))
    while fold().samples:
        pass


def fault(version: int, begin: datetime, seconds: int, **fields: Any) -> FaultPeriod:
    end = begin + timedelta(seconds=seconds)
    given: dict[str, Any] = {
        "error_rate": 0.1, "started_by": "ada", "reason": "to see it page",
        "began_at": begin, "expires_at": end, "ended_at": end, "end": "stopped",
    }  # fmt: skip
    return FaultPeriod.objects.create(version=version, **(given | fields))


def tally(version: int, **counts: int) -> None:
    FaultTally.objects.create(version=version, replica=uuid4(), **counts)


def switch(version: int, begin: datetime, seconds: int, **fields: Any) -> PatternPeriod:
    end = begin + timedelta(seconds=seconds)
    given: dict[str, Any] = {
        "off": ["retry"], "started_by": "bob", "reason": "what are they good for",
        "began_at": begin, "expires_at": end, "ended_at": end, "end": "expired",
    }  # fmt: skip
    return PatternPeriod.objects.create(version=version, **(given | fields))


def firing(at: datetime, name: str = "HighErrorRate") -> AlertPeriod:
    return AlertPeriod.objects.create(
        name=name, severity="critical", threshold=0.05, began_at=at, fired_at=at,
        ended_at=at + timedelta(seconds=9),
    )  # fmt: skip


def incident(at: datetime, **fields: Any) -> Incident:
    given: dict[str, Any] = {
        "service": "users", "title": "Errors", "severity": "page", "state": "resolved",
        "began_at": at, "opened_at": at, "resolved_at": at + timedelta(minutes=5),
    }  # fmt: skip
    return Incident.objects.create(**(given | fields))


def said(actor: str, action: str, subject: str) -> None:
    with audited():
        record(actor=Actor(actor, "operator"), action=action, subject=subject)


def epoch(second: float) -> datetime:
    return lookup.moment(second)
