"""What is measured: one-second samples, the cumulative timeline, the evaluator's lease."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

# An empty object, also for rows that a version without the column writes.
NOTHING = models.Value({}, models.JSONField())


class SliSample(models.Model):
    """One closed second of one replica; written once, whatever is retried."""

    pk = models.CompositePrimaryKey("replica", "second")
    replica = models.UUIDField()
    second = models.DateTimeField()  # start of the second, database time
    total = models.IntegerField()
    failed = models.IntegerField(
        db_default=0
    )  # answered with 5xx, whatever the SLOs say
    exercise = models.IntegerField()  # events a fault was injected into
    # {"availability": [bad, bad of the exercise], …}; a missing SLO has none
    bad = models.JSONField(default=dict)
    histogram = ArrayField(models.IntegerField())  # sre_console.slo.histogram.EDGES
    work = models.JSONField(db_default=NOTHING)  # sre_console.slo.counters.WORK
    folded = models.BooleanField(default=False)
    arrived_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "sli_sample"
        indexes = [
            models.Index(
                "second",
                name="idx_sli_sample_unfolded",
                condition=models.Q(folded=False),
            ),
            models.Index("second", name="idx_sli_sample_second"),
        ]


class SliTimeline(models.Model):
    """Cumulative counters at the end of a second; a window is a difference of two rows.

    Only differences mean anything: the counters may start below zero, because seeded history is
    put before what is there.
    """

    second = models.DateTimeField(primary_key=True)
    total = models.BigIntegerField()
    failed = models.BigIntegerField(db_default=0)
    exercise = models.BigIntegerField()
    seeded = models.BigIntegerField()
    # Seconds that hold data. Where two rows lie further apart than this grew there is a gap,
    # also after thinning.
    covered = models.BigIntegerField(db_default=0)
    bad = models.JSONField(default=dict)  # {"availability": [bad, exercise bad], …}
    histogram = ArrayField(models.BigIntegerField())
    work = models.JSONField(db_default=NOTHING)

    class Meta:
        db_table = "sli_timeline"
        indexes = [
            # finds the first and the last seeded second in one look-up each
            models.Index("seeded", "second", name="idx_sli_timeline_seeded")
        ]


class EvaluatorLease(models.Model):
    """One row: who evaluates, until when, under which fencing number."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    holder = models.UUIDField(null=True)
    fence = models.BigIntegerField(default=0)
    expires_at = models.DateTimeField(db_default=Now())
    judged_at = models.DateTimeField(null=True)  # the end of the second judged last

    class Meta:
        db_table = "evaluator_lease"
        constraints = [
            models.CheckConstraint(
                name="evaluator_lease_one_row", condition=models.Q(id=1)
            )
        ]


class Replica(models.Model):
    """A server process, and the fault plan it last confirmed."""

    id = models.UUIDField(primary_key=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    plan_version = models.BigIntegerField(default=0)
    # Its breakers, bulkheads, pools and retries, as sre_console.resilience.state tells them.
    resilience = models.JSONField(db_default=NOTHING)

    class Meta:
        db_table = "replica"
