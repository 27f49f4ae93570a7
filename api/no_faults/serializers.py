"""The JSON of the lever "no faults", described."""

from __future__ import annotations

from rest_framework import serializers

from api.chaos.serializers import OneLine


class NoFaultsSerializer(serializers.Serializer[object]):
    pulled = serializers.BooleanField(help_text="Nothing may be injected by anybody.")
    by = serializers.CharField(allow_null=True, help_text="Who has pulled it.")
    at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    releasedBy = serializers.CharField(allow_null=True)  # noqa: N815
    releasedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    releaseReason = serializers.CharField(allow_blank=True)  # noqa: N815


class PullSerializer(serializers.Serializer[object]):
    reason = OneLine(help_text="Why; everybody who is refused is told.")
