"""What rate limits count where replicas share no Redis; ironclad.rate_limits.postgres writes it."""

from __future__ import annotations

from django.db import models


class RateCount(models.Model):
    """One caller's requests of one window. Unlogged: a crash may forget it."""

    key = models.TextField(primary_key=True)
    count = models.IntegerField()
    expires_at = models.DateTimeField()

    class Meta:
        db_table = "rate_count"
        default_permissions = ()
        indexes = [models.Index("expires_at", name="idx_rate_count_expires")]
