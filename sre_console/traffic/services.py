"""Changes of the asked rate."""

from __future__ import annotations

import math

from django.db import connection
from django.db.models.functions import Now

from ironclad.errors import ValidationFailed
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import TrafficSetting
from sre_console.traffic.capacity import MAX_RATE

CHANNEL = "ironclad_traffic"


def rate_set(*, actor: Actor, rate: object) -> TrafficSetting:
    """Ask the built-in traffic for `rate` requests a second, 0 to 80.

    Raises PermissionRefused, and ValidationFailed for anything else. One transaction: row, audit, nudge.
    """
    access_check(actor, "traffic.change")
    asked = _rate(rate)
    with audited():
        setting, _ = TrafficSetting.objects.select_for_update().get_or_create(id=1)
        record(
            actor=actor,
            action="traffic.set",
            subject="traffic",
            before={"rate": setting.rate},
            after={"rate": asked},
        )
        setting.version += 1
        setting.rate = asked
        setting.set_by = actor.name
        setting.set_at = Now()
        setting.save()
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(setting.version)])
    setting.refresh_from_db()
    return setting


def _rate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = "The rate must be a number of requests a second."
        raise ValidationFailed(message, field="rate")
    if not (math.isfinite(value) and 0 <= value <= MAX_RATE):
        message = f"The rate must be from 0 to {MAX_RATE:g} requests a second."
        raise ValidationFailed(message, field="rate")
    return float(value)
