"""A row of any model of any version: made, read, changed and taken away as its code would."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.timezone import now

_number = itertools.count(1)
# What the database checks of a value, by `Model.field`.
CODES: dict[str, Any] = {}
# Written by their own functions alone, or rows of migrations.
LEFT_OUT = frozenset({"AuditEntry", "AuditCheckpoint", "Permission", "ContentType"})


def make(model: type[models.Model], using: str) -> models.Model:
    """A row with everything that has no default, and everything else left to it."""
    given: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if isinstance(field, models.AutoField | models.CompositePrimaryKey):
            continue
        name = f"{model.__name__}.{field.name}"
        if name in CODES:
            given[field.name] = CODES[name]
        elif isinstance(field, models.ForeignKey):
            if not field.null:
                given[field.name] = make(field.related_model, using)  # type: ignore[arg-type]
        elif not _given(field):
            given[field.name] = _value(field)
    single = model._meta.pk
    if single.default == 1:  # a table of one row
        model._base_manager.using(using).all().delete()
    return model._base_manager.using(using).create(**given)


def _given(field: models.Field[Any, Any]) -> bool:
    return bool(
        field.has_default()
        or field.null
        or field.db_default is not models.NOT_PROVIDED
        or getattr(field, "auto_now_add", False)
    )


def _value(field: models.Field[Any, Any]) -> Any:  # noqa: PLR0911 - one a kind
    number = next(_number)
    if isinstance(field, ArrayField):
        return []
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.DateTimeField):
        return now() + timedelta(seconds=number)
    if isinstance(field, models.DateField):
        return now().date()
    if isinstance(field, models.UUIDField):
        return uuid4()
    if isinstance(field, models.CharField | models.TextField):
        return f"x{number}"[: field.max_length or 64]
    if isinstance(field, models.BooleanField):
        return False
    return number


def used(model: type[models.Model], using: str) -> None:
    """What code of that version does with a table: each column read and written."""
    row = make(model, using)
    rows = model._base_manager.using(using)
    found = rows.get(pk=row.pk)
    found.save(using=using)
    assert rows.filter(pk=row.pk).count() == 1
    rows.filter(pk=row.pk).delete()
