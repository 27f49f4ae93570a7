"""The fault plan, its past, and what it injected."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

NONE = models.Value({}, models.JSONField())  # what the version before leaves out


class FaultFields(models.Model):
    """What a plan asks for; the bounds are those of `sre_console.chaos.plan`."""

    error_rate = models.FloatField(default=0)
    pacing = models.CharField(max_length=8, default="even")  # even, random
    seed = models.BigIntegerField(null=True)  # of random pacing
    latency_ms = models.IntegerField(default=0)
    jitter_ms = models.IntegerField(default=0)
    latency_rate = models.FloatField(default=1)
    dependency_error_rate = models.FloatField(default=0)
    dependency_latency_ms = models.IntegerField(default=0)
    target_methods = ArrayField(models.CharField(max_length=8), default=list)
    target_path_prefix = models.CharField(max_length=255, default="/api/users")
    started_by = models.CharField(max_length=150, default="")
    reason = models.CharField(max_length=500, default="")
    # To be found out by those who look: `sre_console.chaos.concealment` says what that means.
    concealed = models.BooleanField(default=False, db_default=False)

    class Meta:
        abstract = True


class FaultPlan(FaultFields):
    """One row: the faults in force. Every change makes a new version."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    version = models.BigIntegerField(default=0)
    enabled = models.BooleanField(default=False)
    ttl_seconds = models.IntegerField(default=300)
    started_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    # A game day that holds the plan: nobody else changes it until then, but may end it.
    holder = models.CharField(max_length=64, default="", db_default="")
    held_until = models.DateTimeField(null=True)
    # Only grows: a replica lets an expiry move later for a higher number alone.
    renewals = models.BigIntegerField(default=0, db_default=0)
    allowance = models.JSONField(default=dict, db_default=NONE)

    class Meta:
        db_table = "fault_plan"
        constraints = [
            models.CheckConstraint(name="fault_plan_one_row", condition=models.Q(id=1))
        ]


class FaultPeriod(FaultFields):
    """One version of the plan that was in force: the band on the charts."""

    version = models.BigIntegerField(primary_key=True)
    began_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(
        max_length=16, default=""
    )  # changed, stopped, expired, lapsed

    class Meta:
        db_table = "fault_period"
        indexes = [
            models.Index(models.F("began_at").desc(), name="idx_fault_period_began_at"),
            models.Index(
                "version",
                name="idx_fault_period_concealed",
                condition=models.Q(concealed=True),
            ),
        ]


class FaultTally(models.Model):
    """What one replica did under one version of the plan; cumulative, so a retry is harmless."""

    pk = models.CompositePrimaryKey("version", "replica")
    version = models.BigIntegerField()
    replica = models.UUIDField()
    requests = models.BigIntegerField(default=0)  # that the plan targeted, finished
    failed = models.BigIntegerField(default=0)  # of those, answered with 5xx
    errors = models.BigIntegerField(default=0)  # injected
    delays = models.BigIntegerField(default=0)  # injected
    dependency_errors = models.BigIntegerField(default=0)
    # Of the plan's allowance, where it has one: the bad events injected, by SLO, and whether
    # the replica's share of one of them is used up.
    allowance_key = models.CharField(max_length=64, default="", db_default="")
    bad = models.JSONField(default=dict, db_default=NONE)
    spent_out = models.BooleanField(default=False, db_default=False)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "fault_tally"
        indexes = [
            models.Index(
                fields=["allowance_key"],
                name="idx_fault_tally_allowance",
                condition=~models.Q(allowance_key=""),
            )
        ]


class NoFaults(models.Model):
    """One row: whether somebody has forbidden every fault, and who allowed them again."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    pulled = models.BooleanField(default=False)
    by = models.CharField(max_length=150, default="")
    at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=500, default="")
    released_by = models.CharField(max_length=150, default="")
    released_at = models.DateTimeField(null=True)
    release_reason = models.CharField(max_length=500, default="")

    class Meta:
        db_table = "no_faults"
        constraints = [
            models.CheckConstraint(name="no_faults_one_row", condition=models.Q(id=1))
        ]
