"""The tables of this version, and the column that tells when a row of each came."""

from __future__ import annotations

from django.apps import apps
from django.db import models

from ironclad.recovery.counting import Table

# A row of these is never taken away again: one that is missing was lost.
_APPENDED = frozenset(
    {
        "access_review",
        "alert_period",
        "audit_checkpoint",
        "backup_run",
        "fault_period",
        "game_day_event",
        "incident",
        "incident_alert",
        "incident_event",
        "pattern_period",
        "restore_run",
    }
)
# The first of them that a table has and that is never null. None of them lies ahead of now.
_MOMENTS = (
    "recorded_at",
    "created_at",
    "at",
    "opened_at",
    "fired_at",
    "joined_at",
    "arrived_at",
    "second",
    "received_at",
    "measured_at",
    "ordered_at",
    "action_time",
    "date_joined",
    "updated_at",
    "seen_at",
    "stepped_at",
    "began_at",
    "started_at",
    "taken_at",
    "confirmed_at",
    "replaced_at",
    "tried_at",
    "set_at",
)
# Its `at` is when somebody says that it was deployed.
_TOLD_BY_OTHERS = frozenset({"deployment"})


def tables() -> list[Table]:
    """By name; those that a cluster has not, being older, are passed over when counted."""
    found = [
        _table(model)
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy  # noqa: SLF001 - Django's name
    ]
    found.append(Table("django_migrations", "applied"))
    return sorted(found, key=lambda table: table.name)


def _table(model: type[models.Model]) -> Table:
    known = model._meta  # noqa: SLF001 - Django's name
    name = known.db_table
    moments = {
        field.column
        for field in known.concrete_fields
        if isinstance(field, models.DateTimeField) and not field.null
    }
    moment = next((column for column in _MOMENTS if column in moments), None)
    if name in _TOLD_BY_OTHERS:
        moment = None
    return Table(name, moment, appended=name in _APPENDED)
