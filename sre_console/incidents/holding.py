"""No more than so many notifications to one place in a while: what is over it is held back.

All who write notifications are `audited`, and so hold the audit chain's lock, the leader and
operators alike: no two of them count beside each other.
"""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now

from sre_console.incidents.places import Place
from sre_console.models import Notification

WITHIN = timedelta(minutes=10)  # wall time


def place_is_full(place: Place) -> bool:
    """Whether as many as may be were sent there in the last minutes."""
    sent = _to(place).exclude(state="held").filter(created_at__gt=Now() - WITHIN)
    return sent.count() >= settings.ALERT_RATE_MOST


def held_since(place: Place) -> int:
    """How many are held since the last one that went there by itself.

    Such a one has a number as `held`. One that was held and sent by hand says null, so that
    it does not stand for those before it that nobody was told of.
    """
    rows = _to(place)
    told = rows.filter(body__held__gte=0).order_by("-id")
    last = told.values_list("pk", flat=True).first() or 0
    return rows.filter(state="held", pk__gt=last).count()


def held_why() -> str:
    """What the row says of it; for good, whatever the setting becomes."""
    minutes = WITHIN // timedelta(minutes=1)
    most = settings.ALERT_RATE_MOST
    return f"It is over the bound of {most} within {minutes} minutes."


def _to(place: Place) -> QuerySet[Notification]:
    return Notification.objects.filter(channel=place.channel, place=place.name)
