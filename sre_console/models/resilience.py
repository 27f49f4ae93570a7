"""The patterns' switch, orders to circuit breakers, and what the breakers did."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now


class PatternSwitch(models.Model):
    """One row: the resilience patterns that are switched off. Every change makes a new version."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)
    off = ArrayField(models.CharField(max_length=16), default=list)
    ttl_seconds = models.IntegerField(default=300)
    started_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    started_by = models.CharField(max_length=150, default="")
    reason = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "pattern_switch"
        constraints = [
            models.CheckConstraint(
                name="pattern_switch_one_row", condition=models.Q(id=1)
            )
        ]


class PatternPeriod(models.Model):
    """One version of the switch while some pattern was off."""

    version = models.BigIntegerField(primary_key=True)
    off = ArrayField(models.CharField(max_length=16))
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    # changed, restored, expired, lapsed
    end = models.CharField(max_length=16, default="")
    started_by = models.CharField(max_length=150)
    reason = models.CharField(max_length=500)

    class Meta:
        db_table = "pattern_period"
        indexes = [
            models.Index(
                models.F("began_at").desc(), name="idx_pattern_period_began_at"
            )
        ]


class BreakerOrder(models.Model):
    """An operator's order to trip or reset a breaker; each replica carries out its own."""

    breaker = models.CharField(max_length=64)
    replica = models.UUIDField(null=True)  # None: every replica
    action = models.CharField(max_length=8)  # trip, reset
    ordered_by = models.CharField(max_length=150)
    ordered_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "breaker_order"
        indexes = [
            models.Index(
                models.F("ordered_at").desc(), name="idx_breaker_order_ordered_at"
            )
        ]


class BreakerTransition(models.Model):
    """One change of a replica's breaker: the mark on the charts. Written once."""

    pk = models.CompositePrimaryKey("replica", "name", "number")
    replica = models.UUIDField()
    name = models.CharField(max_length=64)
    number = models.BigIntegerField()  # counts the changes of this breaker
    at = models.DateTimeField()
    before = models.CharField(max_length=16)
    after = models.CharField(max_length=16)  # closed, open, half_open
    # failures, trial_due, trial_succeeded, trial_failed, trial_lost, tripped, reset
    reason = models.CharField(max_length=32)

    class Meta:
        db_table = "breaker_transition"
        indexes = [
            models.Index(models.F("at").desc(), name="idx_breaker_transition_at")
        ]
