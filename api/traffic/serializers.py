"""The JSON of the built-in traffic, described."""

from __future__ import annotations

from rest_framework import serializers


class TrafficSerializer(serializers.Serializer[object]):
    asked = serializers.FloatField(min_value=0, help_text="Requests a second.")
    rate = serializers.FloatField(min_value=0, help_text="In force in the process.")
    max = serializers.FloatField(min_value=0)
    sustainable = serializers.FloatField(min_value=0, help_text="As measured.")
    sent = serializers.IntegerField(min_value=0)
    ok = serializers.IntegerField(min_value=0)
    failed = serializers.IntegerField(min_value=0)
    late = serializers.IntegerField(min_value=0)
    dropped = serializers.IntegerField(min_value=0)
    inFlight = serializers.IntegerField(min_value=0)  # noqa: N815
    alive = serializers.BooleanField()


class TrafficRateSerializer(serializers.Serializer[object]):
    rate = serializers.FloatField(min_value=0, max_value=80)
