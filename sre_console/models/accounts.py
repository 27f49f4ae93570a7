"""What lets people and programs in; secrets are stored as digests only."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class SignInCode(models.Model):
    """A one-time sign-in link of the built-in profile: 256 bits, ten minutes, one use."""

    digest = models.CharField(max_length=64, primary_key=True)  # SHA-256, hex
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sign_in_code"
        default_permissions = ()


class ApiToken(models.Model):
    """A REST client's bearer token."""

    name = models.CharField(max_length=64, unique=True)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hex
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_token"
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
