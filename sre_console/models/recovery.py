"""What was backed up, what was restored to see that it can be, and drills of disasters."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

STATES = ("good", "failed")


class BackupRun(models.Model):
    """One backup, or one try at it. Of PostgreSQL's files, or a dump."""

    kind = models.CharField(max_length=8)  # full, diff, incr, dump
    repository = models.CharField(max_length=200)  # for people: which one, where
    label = models.CharField(max_length=200)  # unique in its repository
    state = models.CharField(max_length=8)  # STATES
    reason = models.CharField(max_length=1000, default="")  # of one that failed
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    size = models.BigIntegerField(null=True)  # bytes of the cluster's files
    stored = models.BigIntegerField(null=True)  # bytes in the repository
    wal_start = models.CharField(max_length=24, default="")
    wal_stop = models.CharField(max_length=24, default="")
    by = models.CharField(max_length=150, default="")
    # No longer in the repository: retention has removed it. The row tells that it was.
    gone_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "backup_run"
        constraints = [
            models.UniqueConstraint(
                fields=["repository", "label"], name="backup_run_one_each"
            )
        ]
        indexes = [
            models.Index(models.F("ended_at").desc(), name="idx_backup_run_ended_at")
        ]

    def __str__(self) -> str:
        return self.label


class RepositoryState(models.Model):
    """How a repository was when somebody with access to it looked last."""

    repository = models.CharField(max_length=200, primary_key=True)
    seen_at = models.DateTimeField()
    used = models.BigIntegerField(null=True)  # bytes
    free = models.BigIntegerField(null=True)  # bytes; None: the store does not say
    oldest_at = models.DateTimeField(null=True)  # earliest moment that can be restored
    newest_wal = models.CharField(max_length=24, default="")
    missing_wal = models.IntegerField(default=0)  # segments
    complaint = models.CharField(max_length=1000, default="")

    class Meta:
        db_table = "backup_repository"

    def __str__(self) -> str:
        return self.repository


class RestoreRun(models.Model):
    """One restore into a new cluster, measured: for need, to validate, or in a drill."""

    kind = models.CharField(max_length=12)  # restore, validation, drill
    repository = models.CharField(max_length=200)
    label = models.CharField(max_length=200, default="")  # the backup it began from
    target = models.CharField(max_length=80)  # latest, a moment, a name
    state = models.CharField(max_length=8)  # STATES
    reason = models.CharField(max_length=1000, default="")  # of one that failed
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    # Wall seconds from the start until it answered: the recovery time that was achieved.
    recovery_seconds = models.FloatField(null=True)
    # Newest commit that is in it; and how many seconds of commits of the source are not.
    reached_at = models.DateTimeField(null=True)
    lost_seconds = models.FloatField(null=True)
    size = models.BigIntegerField(null=True)  # bytes of the restored files
    wal = models.BigIntegerField(null=True)  # bytes replayed
    checks = models.JSONField(default=list)  # [{"name", "passed", "told"}]
    # By table: rows and the newest moment, of the source and of what was restored.
    counts = models.JSONField(default=dict)
    by = models.CharField(max_length=150, default="")
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "restore_run"
        indexes = [
            models.Index(
                "kind", models.F("ended_at").desc(), name="idx_restore_run_ended_at"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.target}"


class DisasterDrill(models.Model):
    """One run of a disaster drill: a checklist, a timer, what was achieved, a verdict."""

    scenario = models.CharField(max_length=63)  # recovery.drills.scenarios
    document = models.JSONField()  # the scenario as it was at the start
    state = models.CharField(max_length=12)  # running, finished, abandoned
    verdict = models.CharField(max_length=8, null=True)  # noqa: DJ001 - passed, failed
    reason = models.CharField(max_length=500, default="")
    started_by = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, default="")
    # [{"key", "doneAt", "by", "note"}] of the steps that are done
    steps = models.JSONField(default=list)
    # The timer of the outage: when the disaster struck, when the service served again.
    struck_at = models.DateTimeField(null=True)
    served_at = models.DateTimeField(null=True)
    recovery_seconds = models.FloatField(null=True)  # achieved RTO
    lost_seconds = models.FloatField(null=True)  # achieved RPO
    restore = models.ForeignKey(
        RestoreRun, null=True, on_delete=models.SET_NULL, related_name="drills"
    )
    lessons = models.TextField(default="")
    lessons_by = models.CharField(max_length=150, default="")

    class Meta:
        db_table = "disaster_drill"
        indexes = [
            models.Index(
                "scenario",
                models.F("started_at").desc(),
                name="idx_disaster_drill_started_at",
            )
        ]
        constraints = [
            # One at a time: two would each count the other's outage.
            models.UniqueConstraint(
                fields=["state"],
                name="disaster_drill_one_runs",
                condition=models.Q(state="running"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.scenario} drill {self.pk}"
