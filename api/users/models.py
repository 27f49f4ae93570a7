"""The service's own records: not the people who sign in."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower, Now


class User(models.Model):
    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=255)
    email = models.CharField(max_length=255, unique=True)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    version = ""  # of the change that was just made: see api.versions

    class Meta:
        db_table = "users"
        indexes = [
            models.Index("email", name="idx_users_email"),
            models.Index("created_at", name="idx_users_created_at"),
            # one for each way the list is ordered; those of its search are in migration 0003,
            # as pg_trgm is not everywhere
            models.Index(fields=["name", "id"], name="users_by_name"),
            models.Index(fields=["created_at", "id"], name="users_by_created_at"),
            models.Index(fields=["updated_at", "id"], name="users_by_updated_at"),
        ]
        constraints = [
            # unique whatever the letter case, also when two requests race
            models.UniqueConstraint(Lower("email"), name="users_email_lower_unique"),
        ]

    def __str__(self) -> str:
        return self.email
