"""Changes of the asked rate."""

from __future__ import annotations

import math

from django.conf import settings
from django.db import connection
from django.db.models import F
from django.db.models.functions import Now

from ironclad.errors import ValidationFailed
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.models import TrafficSetting
from sre_console.traffic.capacity import MAX_RATE

CHANNEL = "ironclad_traffic"
_START = "start-up"  # no person has set it


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


def rate_begin() -> None:
    """What the settings say of this start, unless somebody has asked for a rate of theirs."""
    rate = settings.TRAFFIC_RPS
    first = TrafficSetting(version=1, rate=rate, set_by=_START)
    TrafficSetting.objects.bulk_create([first], ignore_conflicts=True)
    ours = TrafficSetting.objects.filter(set_by=_START).exclude(rate=rate)
    ours.update(rate=rate, version=F("version") + 1, set_at=Now())


def _rate(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        message = "The rate must be a number of requests a second."
        raise ValidationFailed(message, field="rate")
    if not (math.isfinite(value) and 0 <= value <= MAX_RATE):
        message = f"The rate must be from 0 to {MAX_RATE:g} requests a second."
        raise ValidationFailed(message, field="rate")
    return float(value)
