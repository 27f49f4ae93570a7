"""The built-in traffic: what it should send, and what it says it sent."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class TrafficSetting(models.Model):
    """One row: the asked rate. Every change makes a new version."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)
    rate = models.FloatField(default=0)  # requests a second
    set_by = models.CharField(max_length=150, default="")
    set_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "traffic_setting"
        constraints = [
            models.CheckConstraint(
                name="traffic_setting_one_row", condition=models.Q(id=1)
            )
        ]


class TrafficRun(models.Model):
    """One start of the traffic process and its counts so far; cumulative."""

    id = models.UUIDField(primary_key=True)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())
    rate = models.FloatField(default=0)  # in force in the process
    sent = models.BigIntegerField(default=0)
    ok = models.BigIntegerField(default=0)  # answered under 500
    failed = models.BigIntegerField(default=0)  # 5xx, refused or cut connection
    late = models.BigIntegerField(default=0)  # past the 15 s limit
    dropped = models.BigIntegerField(default=0)  # not sent: 1,000 in flight
    in_flight = models.IntegerField(default=0)

    class Meta:
        db_table = "traffic_run"
        indexes = [
            models.Index(models.F("seen_at").desc(), name="idx_traffic_run_seen_at")
        ]
