"""The JSON of the audit log, described."""

from __future__ import annotations

from rest_framework import serializers

from sre_console.audit.checking import STATES
from sre_console.audit.walk import WHYS


class AuditEntrySerializer(serializers.Serializer[object]):
    number = serializers.IntegerField(min_value=1)
    at = serializers.DateTimeField()
    actor = serializers.CharField()
    role = serializers.CharField(allow_blank=True)
    via = serializers.CharField(
        allow_blank=True, help_text="session, token NAME, command or system."
    )
    address = serializers.CharField(allow_blank=True)
    requestId = serializers.CharField(allow_blank=True)  # noqa: N815
    action = serializers.CharField()
    subject = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    before = serializers.DictField(help_text="Of what changed, and only that.")
    after = serializers.DictField(help_text="Likewise.")
    detail = serializers.DictField()
    previous = serializers.CharField(help_text="The hash of the entry before.")
    hash = serializers.CharField()
    scheme = serializers.IntegerField(
        min_value=1, max_value=2, help_text="1: SHA-256; 2: HMAC-SHA256 with a key."
    )
    keyId = serializers.CharField(allow_blank=True)  # noqa: N815


class BrokenSerializer(serializers.Serializer[object]):
    number = serializers.IntegerField()
    why = serializers.ChoiceField(choices=WHYS)
    told = serializers.CharField()


class AuditVerificationSerializer(serializers.Serializer[object]):
    state = serializers.ChoiceField(choices=STATES)
    startedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    startedBy = serializers.CharField(allow_blank=True)  # noqa: N815
    finishedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    verified = serializers.IntegerField(help_text="Unbroken up to this entry.")
    target = serializers.IntegerField(help_text="The newest when it began.")
    hash = serializers.CharField(
        allow_blank=True, help_text="Of the entry that it has come to."
    )
    broken = BrokenSerializer(allow_null=True)
