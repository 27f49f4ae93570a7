"""The append-only log of changes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """One change: who, what, when, why. Each row carries the hash of the one before.

    Rows come in by the database's function `audit_entry_append` alone.
    """

    id = models.BigAutoField(primary_key=True)  # the number; gapless from scheme 2 on
    at = models.DateTimeField()
    actor = models.CharField(max_length=150)
    role = models.CharField(max_length=32)
    via = models.CharField(max_length=150, default="", db_default="")
    address = models.CharField(max_length=64, default="", db_default="")
    action = models.CharField(max_length=64)  # fault_plan.set, sign_in.refused, …
    subject = models.CharField(max_length=255, default="")
    reason = models.CharField(max_length=2000, default="", db_default="")
    # What changed, and only that; never a secret, nor is the detail.
    before = models.JSONField(default=dict, db_default={})
    after = models.JSONField(default=dict, db_default={})
    detail = models.JSONField(default=dict)
    request_id = models.CharField(max_length=64, default="")
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)
    scheme = models.SmallIntegerField(default=1, db_default=1)  # 1 SHA-256, 2 HMAC
    key_id = models.CharField(max_length=16, default="", db_default="")

    class Meta:
        db_table = "audit_entry"
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        default_permissions = ("view",)
        indexes = [
            # Each with the number: newest first, and the next page, need no sort.
            models.Index(fields=["actor", "-id"], name="idx_audit_actor"),
            models.Index(
                fields=["action", "-id"],
                name="idx_audit_action",
                opclasses=["varchar_pattern_ops", "int8_ops"],  # also by its beginning
            ),
            models.Index(fields=["subject", "-id"], name="idx_audit_subject"),
            models.Index(fields=["request_id", "-id"], name="idx_audit_request"),
            models.Index(fields=["address", "-id"], name="idx_audit_address"),
            models.Index(fields=["at"], name="idx_audit_at"),
        ]


class AuditCheckpoint(models.Model):
    """Where the log begins since its older part was archived; sealed like an entry.

    Rows come in by the database's function `audit_entry_retain` alone.
    """

    number = models.BigIntegerField(primary_key=True)  # of the last entry taken away
    hash = models.CharField(max_length=64)  # its own
    scheme = models.SmallIntegerField()  # its own, too
    at = models.DateTimeField()
    removed = models.BigIntegerField()  # how many
    archive_digest = models.CharField(max_length=64)  # SHA-256 of the file they are in
    key_id = models.CharField(max_length=16)
    seal = models.CharField(max_length=64)

    class Meta:
        db_table = "audit_checkpoint"
        default_permissions = ()


class AuditVerification(models.Model):
    """A walk along the chain, in steps: how far it came and what it found."""

    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=150)
    stepped_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    verified = models.BigIntegerField(default=0)  # the number it has come to
    hash = models.CharField(max_length=64)  # of that entry
    sealed = models.BooleanField(default=False)  # whether the walk has met scheme 2
    fresh = models.BooleanField(default=False)  # it has not met any entry yet
    target = models.BigIntegerField(default=0)  # the newest entry when it began
    broken = models.BigIntegerField(null=True)
    why = models.CharField(max_length=16, default="")
    other = models.BigIntegerField(null=True)
    seal = models.CharField(max_length=64, default="")  # so that nobody makes one up

    class Meta:
        db_table = "audit_verification"
        default_permissions = ()
