"""What auditors ask for and nothing else remembers: deployments, and what injections did."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

NOTHING = models.Value({}, models.JSONField())


class Deployment(models.Model):
    """A version that began to serve, or that a pipeline tells of."""

    source = models.CharField(max_length=8)  # service: seen by itself; pipeline: told
    version = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, default="")  # of the configuration
    configuration = models.JSONField(default=dict, db_default=NOTHING)  # no secrets
    commit = models.CharField(max_length=64, default="")
    link = models.CharField(max_length=500, default="")
    note = models.CharField(max_length=500, default="")
    by = models.CharField(max_length=150, default="")
    at = models.DateTimeField()  # first served, or deployed
    starts = models.IntegerField(default=1)  # replicas that have started with it since
    last_start_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "deployment"
        indexes = [
            models.Index(models.F("at").desc(), name="idx_deployment_at"),
            models.Index("source", models.F("id").desc(), name="idx_deployment_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.version} ({self.source})"


class InjectionEffect(models.Model):
    """What one injection did, measured once it was over.

    Kept apart from what it is measured from, which is thinned after hours and gone after weeks.
    """

    kind = models.CharField(max_length=8)  # fault, patterns, game_day
    key = models.BigIntegerField()  # version of the plan or the switch, id of the run
    measured_at = models.DateTimeField(db_default=Now())
    final = models.BooleanField(default=False)  # no late sample can move it any more
    # What `governance.injections.effects.Effect` says.
    effect = models.JSONField(default=dict)
    requests = models.BigIntegerField(default=0)
    injected = models.BigIntegerField(default=0)  # errors and delays
    spent = models.FloatField(null=True)  # of the budget it cost most of, all events
    felt = models.BooleanField(default=False)  # it changed anything at all

    class Meta:
        db_table = "injection_effect"
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "key"], name="injection_effect_one_each"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
