"""Alerts and what they open: incidents, their record, and whom they were told to."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class AlertState(models.Model):
    """Where one alert stands, as it was judged last; written when something about it turns."""

    name = models.CharField(max_length=64)
    slo = models.CharField(max_length=64, default="")  # empty: of no SLO
    state = models.CharField(max_length=8)  # inactive, pending, firing
    since = models.DateTimeField(null=True)
    pending_at = models.DateTimeField(null=True)
    fired_at = models.DateTimeField(null=True)
    clear_at = models.DateTimeField(null=True)  # it fires on though its condition ended
    resolved_at = models.DateTimeField(null=True)
    value = models.FloatField(null=True)  # at the last turn, in the signal's unit

    class Meta:
        db_table = "alert_state"
        constraints = [
            models.UniqueConstraint(fields=["name", "slo"], name="alert_state_one_each")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.slo}".strip()


class AlertPeriod(models.Model):
    """One firing of an alert, from beginning to end: the bar on the charts."""

    name = models.CharField(max_length=64)
    slo = models.CharField(max_length=64, default="")
    severity = models.CharField(max_length=16)  # page, critical, ticket, warning
    window = models.CharField(max_length=8, default="")  # the (long) window: "1h"
    threshold = models.FloatField()
    value = models.FloatField(null=True)  # when it fired
    began_at = models.DateTimeField()  # when what it fired for began
    fired_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    silenced = models.BooleanField(default=False)  # told to nobody

    class Meta:
        db_table = "alert_period"
        constraints = [
            models.UniqueConstraint(
                fields=["name", "slo"],
                condition=models.Q(ended_at=None),
                name="alert_period_one_open",
            )
        ]
        indexes = [
            models.Index(models.F("fired_at").desc(), name="idx_alert_period_fired_at")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.slo}".strip()


class Incident(models.Model):
    """What an alert opened, or several of one service; times are wall time."""

    service = models.CharField(max_length=64)
    title = models.CharField(max_length=255)
    severity = models.CharField(max_length=16)  # of the worst alert so far
    state = models.CharField(max_length=16)  # open, acknowledged, mitigated, resolved
    exercise = models.BooleanField(default=False)  # an injected fault caused it
    fault_version = models.BigIntegerField(null=True)  # the fault plan's
    began_at = models.DateTimeField()  # when the harm began, as far as is known
    opened_at = models.DateTimeField()
    paged_at = models.DateTimeField(null=True)
    acknowledged_at = models.DateTimeField(null=True)
    mitigated_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    quiet_at = models.DateTimeField(null=True)  # since when none of its alerts fires
    owner = models.CharField(max_length=150, default="")
    commander = models.CharField(max_length=150, default="")
    scribe = models.CharField(max_length=150, default="")
    version = models.BigIntegerField(default=1)  # grows with every change

    class Meta:
        db_table = "incident"
        constraints = [
            models.UniqueConstraint(
                fields=["service"],
                condition=~models.Q(state="resolved"),
                name="incident_one_open_a_service",
            )
        ]
        indexes = [
            models.Index(models.F("opened_at").desc(), name="idx_incident_opened_at"),
            models.Index(
                models.F("resolved_at").desc(), name="idx_incident_resolved_at"
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.title}"


class IncidentAlert(models.Model):
    """An alert that belongs to an incident; the same one from either source is one row."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="alerts"
    )
    fingerprint = models.CharField(max_length=32)
    name = models.CharField(max_length=128)
    slo = models.CharField(max_length=64, default="")
    severity = models.CharField(max_length=16)
    source = models.CharField(max_length=16)  # ironclad, alertmanager
    summary = models.CharField(max_length=500)
    description = models.CharField(max_length=2000, default="")
    runbook = models.CharField(max_length=64, default="")
    link = models.CharField(max_length=500, default="")  # of the source, http(s)
    value = models.FloatField(null=True)
    joined_at = models.DateTimeField()
    fired_at = models.DateTimeField()  # the last time
    cleared_at = models.DateTimeField(null=True)  # None: it fires
    times = models.IntegerField(default=1)  # that it fired

    class Meta:
        db_table = "incident_alert"
        constraints = [
            models.UniqueConstraint(
                fields=["incident", "fingerprint"], name="incident_alert_one_each"
            )
        ]
        indexes = [
            models.Index(fields=["fingerprint"], name="idx_incident_alert_fingerprint")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.slo}".strip()


class IncidentEvent(models.Model):
    """One line of an incident's timeline; never changed."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="events"
    )
    at = models.DateTimeField()
    # opened, joined, raised, cleared, fired_again, paged, acknowledged, mitigated,
    # resolved, reopened, commented, assigned, step_done, step_undone
    kind = models.CharField(max_length=16)
    actor = models.CharField(max_length=150)
    text = models.CharField(max_length=2000, default="")
    detail = models.JSONField(default=dict)

    class Meta:
        db_table = "incident_event"
        indexes = [
            models.Index(fields=["incident", "at", "id"], name="idx_incident_event_at")
        ]

    def __str__(self) -> str:
        return self.kind


class IncidentFigures(models.Model):
    """The charts of an incident as they were when it was resolved."""

    incident = models.OneToOneField(
        Incident, on_delete=models.CASCADE, primary_key=True, related_name="figures"
    )
    series = models.JSONField()  # columns and marks, as the charts take them
    impact = models.JSONField(default=list)  # lines of the post-mortem
    taken_at = models.DateTimeField()

    class Meta:
        db_table = "incident_figures"


class Silence(models.Model):
    """Alerts that match open nothing and are told to nobody, until it ends."""

    # What is empty matches all.
    name = models.CharField(max_length=64, default="")
    slo = models.CharField(max_length=64, default="")
    service = models.CharField(max_length=64, default="")
    maintenance = models.BooleanField(default=False)  # announced work, not noise
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=500)
    ended_by = models.CharField(max_length=150, default="")  # who ended it early

    class Meta:
        db_table = "silence"
        indexes = [models.Index(fields=["ends_at"], name="idx_silence_ends_at")]

    def __str__(self) -> str:
        return f"{self.name} {self.slo} {self.service}".strip() or self.reason


class Notification(models.Model):
    """One thing to tell to one place: written with its cause, delivered afterwards."""

    incident = models.ForeignKey(  # None: of an alert that opens none
        Incident, on_delete=models.CASCADE, related_name="notifications", null=True
    )
    kind = models.CharField(max_length=16)  # opened, raised, reopened, resolved, notice
    channel = models.CharField(max_length=16)  # webhook, email
    place = models.CharField(max_length=255)  # where to, without what is secret in it
    body = models.JSONField()
    # pending, delivered, dead: given up, held: one too many; until somebody has it tried again
    state = models.CharField(max_length=16, default="pending")
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField(db_default=Now())
    due_at = models.DateTimeField(db_default=Now())  # of the next attempt
    delivered_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, default="")  # of the last attempt

    class Meta:
        db_table = "notification"
        indexes = [
            models.Index(
                fields=["due_at"],
                name="idx_notification_due",
                condition=models.Q(state="pending"),
            ),
            models.Index(
                models.F("created_at").desc(), name="idx_notification_created_at"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.place}"


class ReceivedAlert(models.Model):
    """What Alertmanager has delivered: the same again changes nothing."""

    group_key = models.CharField(max_length=64)  # SHA-256 of its groupKey, hex
    fingerprint = models.CharField(max_length=64)  # Alertmanager's
    starts_at = models.DateTimeField()
    status = models.CharField(max_length=8)  # firing, resolved
    received_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())  # when it was said last
    # Ours, of the alert that it is told as (IncidentAlert.fingerprint).
    told_as = models.CharField(max_length=32, default="")
    # What it says, kept while a silence holds it back.
    silenced = models.JSONField(null=True)

    class Meta:
        db_table = "received_alert"
        constraints = [
            models.UniqueConstraint(
                fields=["group_key", "fingerprint", "starts_at"],
                name="received_alert_one_each",
            )
        ]
        indexes = [
            models.Index(
                models.F("received_at").desc(), name="idx_received_alert_received_at"
            ),
            models.Index(fields=["told_as"], name="idx_received_alert_told_as"),
            models.Index(  # looked at each second
                fields=["id"],
                name="idx_received_alert_silenced",
                condition=models.Q(silenced__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.fingerprint


class PostMortem(models.Model):
    """What was learned from an incident, in sections of Markdown; blameless."""

    incident = models.OneToOneField(
        Incident, on_delete=models.CASCADE, primary_key=True, related_name="post_mortem"
    )
    happened = models.TextField(default="")
    impact = models.TextField(default="")
    detection = models.TextField(default="")
    learned = models.TextField(default="")
    published_at = models.DateTimeField(null=True)  # None: a draft
    updated_by = models.CharField(max_length=150)
    updated_at = models.DateTimeField(db_default=Now())
    version = models.BigIntegerField(default=0)

    class Meta:
        db_table = "post_mortem"

    def __str__(self) -> str:
        return f"post-mortem of incident {self.pk}"


class ActionItem(models.Model):
    """What is to be done so that it does not happen again, by whom, until when."""

    incident = models.ForeignKey(
        Incident, on_delete=models.CASCADE, related_name="actions"
    )
    text = models.CharField(max_length=500)
    owner = models.CharField(max_length=150, default="")
    due_on = models.DateField(null=True)
    done_at = models.DateTimeField(null=True)
    created_by = models.CharField(max_length=150)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "action_item"

    def __str__(self) -> str:
        return self.text
