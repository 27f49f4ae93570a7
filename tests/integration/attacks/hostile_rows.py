"""A row in every table, and in every field that takes free text something that wants to run.

Fields are found in the models: one that is added is attacked, and must be seen on some page or be
named in `NEVER_SHOWN`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.contrib.auth.models import User as Person
from django.contrib.postgres.fields import ArrayField
from django.db import models

from sre_console.audit.actor import SYSTEM
from sre_console.audit.services import audited, record
from sre_console.chaos.rows import database_now
from sre_console.models import (
    AuditCheckpoint,
    DisasterDrill,
    GameDay,
    GameDayBlock,
    IncidentFigures,
    NoFaults,
)
from sre_console.recovery.drills.judging import targets_document
from sre_console.recovery.drills.scenarios import VOLUME_LOST
from sre_console.recovery.targets import PROMISED
from tests.integration.pages.runs import FIGURES, OUTCOME, line, over

_RUNS = "<script>alert(1)</script>"
_TARGETS = targets_document(PROMISED)
DRILLED = VOLUME_LOST.document() | {
    "promised": _TARGETS, "aimed": _TARGETS, "abandonedBecause": _RUNS,
}  # fmt: skip
_TICKED = {"doneAt": "2026-01-31T12:00:00.000Z", "by": _RUNS, "note": _RUNS}
STEPS_TICKED = [
    {"key": "backup", **_TICKED},
    {"key": "loss", **_TICKED, "source": _RUNS, "lostSeconds": 1.0,
     "before": _TICKED["doneAt"], "after": _TICKED["doneAt"]},
]  # fmt: skip

# Written by our own code out of a fixed set, whatever anybody sends; shorter ones are not asked
# about: nothing that runs fits into sixteen characters beside a value of the set.
OUR_OWN = {
    "AuditEntry.action", "AuditEntry.role", "AuditEntry.previous_hash", "AuditEntry.hash",
    "AlertState.name", "AlertState.slo", "AlertPeriod.name", "AlertPeriod.slo",
    "BreakerTransition.reason", "BreakerTransition.name", "BreakerOrder.breaker",
    "GameDay.digest", "GameDay.end_kind", "GameDayEvent.kind", "AccessReview.digest",
    "FaultPlan.holder", "FaultTally.allowance_key", "Deployment.digest", "ActionItem.digest",
    "IncidentAlert.fingerprint", "IncidentAlert.runbook", "ReceivedAlert.group_key",
    "ReceivedAlert.told_as", "ApiToken.digest", "SignedIn.how", "GameDay.scenario",
    "StoredScenario.name", "TourProgress.prediction", "DisasterDrill.scenario",
}  # fmt: skip
# Shown to nobody, and what they are for.
NEVER_SHOWN = {
    "AuditCheckpoint.archive_digest": "a digest", "AuditCheckpoint.hash": "a digest",
    "AuditCheckpoint.seal": "a digest", "AuditVerification.hash": "a digest",
    "AuditVerification.seal": "a digest", "RateCount.key": "what limits count by",
    "RecoveryCode.digest": "a digest", "PastPassword.password": "a hash",
    "SecondFactor.secret": "a ciphertext", "SignInCode.digest": "a digest",
    "SignInLock.browser": "a digest", "SignedIn.digest": "a digest",
    "SignedIn.data": "signed, read by the server alone", "User.password": "a hash",
}  # fmt: skip
# Attacked like the others; nobody needs to see them on a page at rest.
ELSEWHERE = {
    "AccessReview.note": "in the audit log", "AuditVerification.started_by": "while it runs",
    "GameDay.lessons_by": "in the audit log", "GameDayAction.created_by": "in the audit log",
    "GameDayBlock.released_by": "in the audit log",
    "GameDayBlock.release_reason": "in the audit log",
    "IncidentAlert.link": "a link to a script is none",
    "SignedIn.agent": "told as the browser it names", "ExternalIdentity.issuer": "compared",
    "ExternalIdentity.subject": "compared", "BreakerOrder.ordered_by": "in the audit log",
    "PatternSwitch.started_by": "while a pattern is off, by script",
    "PatternSwitch.reason": "while a pattern is off, by script",
    "TrafficSetting.set_by": "in the audit log",
}  # fmt: skip
_CODES: dict[str, str] = {
    "AlertState.name": "HighErrorRate", "AlertState.state": "firing",
    "AlertPeriod.name": "HighErrorRate", "AlertPeriod.severity": "critical",
    "Incident.severity": "critical", "Incident.state": "resolved",
    "IncidentAlert.severity": "critical", "IncidentAlert.source": "alertmanager",
    "IncidentAlert.runbook": "high-error-rate", "IncidentEvent.kind": "commented",
    "Notification.kind": "opened", "Notification.channel": "webhook",
    "Notification.state": "dead", "ReceivedAlert.status": "firing",
    "FaultPlan.pacing": "even", "FaultPeriod.pacing": "even", "FaultPeriod.end": "stopped",
    "PatternPeriod.end": "restored", "BreakerOrder.action": "trip",
    "BreakerOrder.breaker": "database", "BreakerTransition.name": "database",
    "BreakerTransition.before": "closed", "BreakerTransition.after": "open",
    "BreakerTransition.reason": "failures", "Deployment.source": "pipeline",
    "DisasterDrill.scenario": "volume-lost", "DisasterDrill.state": "finished",
    "DisasterDrill.verdict": "passed", "InjectionEffect.kind": "fault", "StoredScenario.name": "hostile",
    "StoredScenario.origin": "own", "SignInCode.role": "operator",
    "SignedIn.role": "operator", "SignedIn.how": "password", "AuditEntry.action": "fault_plan.set",
    "AuditEntry.role": "operator", "GameDay.scenario": "progressive-errors",
}  # fmt: skip


def free_text() -> Iterator[tuple[type[models.Model], str, str]]:
    """Model, field and `Model.field` of each field that somebody's words may get into."""
    for model in apps.get_models():
        if not _ours(model):
            continue
        for field in model._meta.concrete_fields:
            name = f"{model.__name__}.{field.name}"
            text = isinstance(field, models.CharField | models.TextField)
            short = text and (field.max_length or 1000) <= 16
            if text and not short and name not in OUR_OWN | NEVER_SHOWN.keys():
                yield model, field.name, name


def _ours(model: type[models.Model]) -> bool:
    """Permissions and groups are rows of migrations; the rest of what is left out is unused."""
    unused = model._meta.app_label in {"admin", "contenttypes", "sessions"}
    return not unused and model not in {Permission, Group}


def attack(number: int, room: int | None) -> str:
    """The most of it that has room; `number` tells later which field it came from."""
    mark = f"zq{number}q"
    long = (
        f"{mark}\"'><img src=x onerror=alert(1)></script><script>alert(1)</script>"
        "<svg onload=alert(1)>{{7*7}}{% now 'Y' %} [x](javascript:alert(1)) javascript:alert(1)"
    )
    wishes = (
        long,
        f"{mark}'\"><img src=x onerror=alert(1)>",
        f"{mark}<b onclick=a()>",
    )
    return next(each for each in wishes if len(each) <= (room or 10_000))


def link(number: int) -> str:
    return f"javascript:alert(1)//zq{number}q\"'><img src=x onerror=alert(1)>"


def plant() -> dict[int, str]:
    """Rows in every table, then the words. What each number stands for."""
    now = database_now()
    slo = {**OUTCOME["bySlo"]["availability"], "total": 4500}
    run = over(outcome={**OUTCOME, "bySlo": {"availability": slo}, "differences": []})
    line(run, "noted", text="x", actor="x")
    with audited():  # the database takes an entry from its own function alone
        record(actor=SYSTEM, action="fault_plan.set", detail={"reason": "x"})
    for model in apps.get_models():
        if not _ours(model) or model in {GameDay, AuditCheckpoint}:
            continue
        if not model._default_manager.exists() or model is Person:
            _make(model, now)
    IncidentFigures.objects.update(series=FIGURES)
    DisasterDrill.objects.update(document=DRILLED, steps=STEPS_TICKED)
    for lever in (NoFaults, GameDayBlock):
        lever._default_manager.update(
            **{"at": now, "pulled" if lever is NoFaults else "blocked": True}
        )
    return dict(_written())


def _make(  # noqa: C901, PLR0912 - one branch a kind of field
    model: type[models.Model], now: Any
) -> models.Model:
    values: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        name = f"{model.__name__}.{field.name}"
        if field.primary_key and isinstance(
            field, models.AutoField | models.CompositePrimaryKey
        ):
            continue
        if name in _CODES:
            values[field.name] = _CODES[name]
        elif isinstance(field, models.ForeignKey):
            other: Any = field.related_model
            if other is Person:
                values[field.name] = Person.objects.get(username="the-operator")
            else:
                values[field.name] = other._default_manager.first() or _make(other, now)
        elif isinstance(field, models.DateTimeField):
            later = field.name in {"expires_at", "ends_at", "held_until"}
            never = field.null and field.name in {"used_at", "revoked_at", "ended_at"}
            values[field.name] = None if never else now + timedelta(hours=later or -1)
        elif (
            field.has_default()
            or field.null
            or field.db_default is not models.NOT_PROVIDED
        ):
            continue
        elif isinstance(field, models.CharField | models.TextField):
            values[field.name] = "x"
        elif isinstance(field, models.UUIDField):
            values[field.name] = UUID(int=1)
        elif isinstance(field, ArrayField):
            values[field.name] = []
        elif isinstance(field, models.JSONField):
            values[field.name] = {}
        elif isinstance(field, models.DateField):
            values[field.name] = now.date()
        else:
            values[field.name] = 1
    if model is Person:
        values["username"] = "hostile"
    return model._default_manager.create(**values)


def _written() -> Iterator[tuple[int, str]]:
    for number, (model, field, name) in enumerate(free_text()):
        kind: Any = model._meta.get_field(field)
        words = link(number) if field == "link" else attack(number, kind.max_length)
        rows = model._default_manager.all()
        if model is Person:
            rows = rows.filter(username="hostile") if field == "username" else rows
        unique = {
            each
            for rule in model._meta.constraints
            for each in getattr(rule, "fields", ())
        }
        if kind.unique or field in unique:  # then one of them
            rows = model._default_manager.filter(pk=rows.values("pk")[:1])
        assert rows.order_by().update(**{field: words}), name
        yield number, name
