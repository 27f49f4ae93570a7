"""What lets people and programs in; secrets are stored as digests only."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

EVERY_SCOPE = models.Value(
    ["read", "chaos", "incidents", "users"],
    ArrayField(models.CharField(max_length=16)),
)


class SignInCode(models.Model):
    """A one-time sign-in link of the built-in profile: 256 bits, ten minutes, one use."""

    digest = models.CharField(max_length=64, primary_key=True)  # SHA-256, hex
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    role = models.CharField(max_length=16, db_default="operator")  # whom it lets in

    class Meta:
        db_table = "sign_in_code"
        default_permissions = ()


class ApiToken(models.Model):
    """A REST client's bearer token."""

    name = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hex
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    created_at = models.DateTimeField(db_default=Now())
    made_by = models.CharField(max_length=150, db_default="")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # sre_console.access.matrix.SCOPES; tokens of before had them all
    scopes = ArrayField(models.CharField(max_length=16), db_default=EVERY_SCOPE)
    last_used_at = models.DateTimeField(null=True)  # to the minute
    last_used_from = models.CharField(max_length=64, db_default="")  # a network

    class Meta:
        db_table = "api_token"
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        constraints = (
            # a revoked one may be followed by another of the same name
            models.UniqueConstraint(
                fields=("user", "name"),
                condition=models.Q(revoked_at=None),
                name="api_token_live_name",
            ),
        )


class Service(models.Model):
    """A program's account: it has a role and tokens, and nobody can sign in as it."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True
    )
    # who answers for it
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="services"
    )
    purpose = models.CharField(max_length=200, db_default="")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "service_account"
        default_permissions = ()


class AccessReview(models.Model):
    """Somebody has looked at who has which access, and found it right."""

    at = models.DateTimeField(db_default=Now())
    reviewer = models.CharField(max_length=150)
    note = models.CharField(max_length=500, db_default="")
    digest = models.CharField(max_length=64)  # SHA-256 of the export that was looked at
    counts = models.JSONField()

    class Meta:
        db_table = "access_review"
        default_permissions = ()
        get_latest_by = "at"
