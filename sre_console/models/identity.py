"""How people sign in, and what is kept of it. Secrets are digests, hashes or ciphertexts."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.db.models.functions import Now


class SignedInQuerySet(models.QuerySet["SignedIn"]):
    def alive(self) -> SignedInQuerySet:
        """Those of people, that would still be taken; the newest first."""
        idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
        return self.filter(
            user__isnull=False, expires_at__gt=Now(), seen_at__gt=Now() - idle
        ).order_by("-signed_in_at")


class SignedIn(models.Model):
    """A browser's session. It ends with its row: at the next request, or WebSocket check.

    `user` is empty until the sign-in is complete, the second factor included.
    """

    digest = models.CharField(max_length=64, primary_key=True)  # SHA-256 of the cookie
    data = models.TextField()  # signed, as Django's own sessions are
    expires_at = models.DateTimeField(db_index=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True
    )
    role = models.CharField(max_length=16, db_default="")  # when it began
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(db_default=Now())  # to the minute
    address = models.CharField(max_length=45, db_default="")
    agent = models.CharField(max_length=200, db_default="")  # User-Agent, cut
    how = models.CharField(max_length=32, db_default="")  # password, provider, …
    second_factor = models.BooleanField(db_default=False)

    objects = SignedInQuerySet.as_manager()

    class Meta:
        db_table = "signed_in"
        default_permissions = ()


class Account(models.Model):
    """What signing in has to know of a person beside name and password."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True
    )
    must_change_password = models.BooleanField(db_default=False)
    password_changed_at = models.DateTimeField(null=True)
    wrong_tries = models.IntegerField(db_default=0)  # since the last sign-in

    class Meta:
        db_table = "account"
        default_permissions = ()


class SignInLock(models.Model):
    """Wrong tries in a row: of strangers together, and of each browser known to be theirs."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    browser = models.CharField(max_length=64)  # digest of its cookie; empty: strangers
    wrong = models.IntegerField(db_default=0)
    locks = models.IntegerField(db_default=0)  # in a row, each twice as long
    locked_until = models.DateTimeField(null=True)
    tried_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "sign_in_lock"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["user", "browser"], name="sign_in_lock_one")
        ]


class SecondFactor(models.Model):
    """A confirmed authenticator app; without a row there is none."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True
    )
    secret = models.TextField()  # encrypted
    confirmed_at = models.DateTimeField(db_default=Now())
    last_step = models.BigIntegerField(db_default=0)  # 30-second steps since 1970

    class Meta:
        db_table = "second_factor"
        default_permissions = ()


class RecoveryCode(models.Model):
    """Lets a person in once who has lost the authenticator app."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)  # SHA-256, hex
    used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "recovery_code"
        default_permissions = ()


class PastPassword(models.Model):
    """Hashes of passwords that a person had, so that none comes back."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    password = models.CharField(max_length=128)  # as Django hashes it
    replaced_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "past_password"
        default_permissions = ()


class ExternalIdentity(models.Model):
    """Binds a person to an identity provider's subject; names and addresses bind nobody."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    issuer = models.CharField(max_length=255)
    subject = models.CharField(max_length=255)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        db_table = "external_identity"
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["issuer", "subject"], name="external_identity_one"
            )
        ]
