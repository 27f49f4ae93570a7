"""Whatever else is sent along: no field is set that is not named as one to be sent."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import User as Person
from django.db import models
from django.test import Client

from tests.integration.access.conftest import Stage, undone
from tests.integration.attacks.test_parameters import fields, filled, operations

pytestmark = [pytest.mark.django_db, pytest.mark.any_postgres]
FORBIDDEN: dict[str, Any] = {
    "id": 424_242, "pk": 424_242, "is_superuser": True, "isSuperuser": True, "is_staff": True,
    "digest": "f" * 64, "user": 1, "user_id": 1, "created_by": "eve", "createdBy": "eve",
    "startedBy": "eve", "made_by": "eve", "version": 424_242, "actor": "eve", "hash": "f" * 64,
    "password": "eve", "groups": [1], "permissions": ["*"], "createdAt": "2001-01-01T00:00:00Z",
    "__class__": "eve", "holder": "eve", "approvedBy": "eve",
}  # fmt: skip


# Right ones, so that something is made that could carry the rest.
BODIES: dict[str, dict[str, Any]] = {
    "/api/users": {"name": "Ann", "email": "ann@example.org"},
    "/api/tokens": {"name": "laptop"},
    "/api/people": {
        "kind": "service",
        "name": "robot-2",
        "role": "viewer",
        "owner": "the-operator",
    },
    "/api/silences": {"alert": "HighErrorRate", "seconds": 60, "reason": "known"},
    "/api/deployments": {"version": "1.2.3"},
    "/api/chaos": {"errorRate": 0.01, "reason": "x"},
    "/api/traffic": {"rate": 20},
    "/api/no-faults": {"reason": "x"},
}


# It refuses nothing: nothing that is sent with it may be in its way.
IGNORE = {"/api/chaos/disable"}


def test_no_endpoint_takes_a_field_that_is_not_its_own(stage: Stage) -> None:
    """Alone and beside right ones: refused, or left out as if it had not been sent."""
    client = Client(raise_request_exception=False)
    client.cookies[settings.SESSION_COOKIE_NAME] = stage.sessions["administrator"]
    before = set(Person.objects.filter(is_superuser=True).values_list("pk", flat=True))
    tried = 0
    for method, path, operation in operations():
        content = operation.get("requestBody", {}).get("content", {})
        own = fields(operation)
        if "application/json" not in content or path.startswith("/api/scenarios"):
            continue
        for body in ({}, *([BODIES[path]] if path in BODIES else [])):
            sent = body | {
                name: value for name, value in FORBIDDEN.items() if name not in own
            }
            with undone():
                answer: Any = client.generic(
                    method, filled(path), json.dumps(sent), "application/json"
                )
                assert answer.status_code < 500, (method, path)
                if answer.status_code < 300:
                    assert path in IGNORE, (method, path)
                    assert list(planted()) == [], (method, path)
                after = Person.objects.filter(is_superuser=True)
                assert set(after.values_list("pk", flat=True)) == before
            tried += 1
    assert tried > 30


def planted() -> Iterator[str]:
    """Where somebody else's name, or a number of their choice, has got to."""
    for model in apps.get_models():
        if model._meta.app_label not in {"sre_console", "api", "auth"}:
            continue
        for field in model._meta.concrete_fields:
            wanted: object = None
            if isinstance(field, models.CharField | models.TextField):
                wanted = "eve" if field.max_length != 64 else "f" * 64
            elif isinstance(field, models.AutoField | models.BigIntegerField):
                wanted = 424_242
            if (
                wanted
                and model._default_manager.filter(**{field.attname: wanted}).exists()
            ):
                yield f"{model.__name__}.{field.name}"
