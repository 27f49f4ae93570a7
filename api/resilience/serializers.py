"""The JSON of breakers, bulkheads, retries and patterns, described."""

from __future__ import annotations

from typing import get_args

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.chaos.serializers import OneLine, ReplicasSerializer, optional
from ironclad.resilience.events import Reason

PATTERNS = ("breaker", "retry", "bulkhead", "deadline", "cache")
STATES = ("closed", "open", "half_open")


class PatternsSerializer(serializers.Serializer[object]):
    version = serializers.IntegerField(min_value=0)
    off = serializers.ListField(child=serializers.ChoiceField(PATTERNS))
    inForce = serializers.ListField(child=serializers.ChoiceField(PATTERNS))  # noqa: N815
    ttlSeconds = serializers.IntegerField(min_value=1, max_value=3600)  # noqa: N815
    startedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    expiresAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    startedBy = serializers.CharField(allow_blank=True)  # noqa: N815
    reason = OneLine()
    remainingSeconds = serializers.FloatField(min_value=0)  # noqa: N815
    replicas = ReplicasSerializer()


class AskedPatternsSerializer(serializers.Serializer[object]):
    off = serializers.ListField(
        child=serializers.ChoiceField(PATTERNS), help_text="Empty: all are in force."
    )
    ttlSeconds = serializers.IntegerField(  # noqa: N815
        min_value=1, max_value=3600, default=300
    )
    reason = OneLine(required=False)


class ReplicaSerializer(serializers.Serializer[object]):
    id = serializers.UUIDField()
    seenAt = serializers.DateTimeField()  # noqa: N815


class BreakerSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    replica = serializers.UUIDField()
    state = serializers.ChoiceField(STATES)
    failures = serializers.IntegerField(min_value=0)
    threshold = serializers.IntegerField(
        min_value=1, help_text="Failures that open it."
    )
    since = serializers.DateTimeField()
    reason = serializers.ChoiceField(
        get_args(Reason), allow_null=True, help_text="Of its last change."
    )
    notClosedSince = serializers.DateTimeField(  # noqa: N815
        allow_null=True, help_text="Since it opened; half-open is not closed."
    )
    nextTrialAt = serializers.DateTimeField(  # noqa: N815
        allow_null=True, help_text="While it is open."
    )


class BulkheadSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    replica = serializers.UUIDField()
    inUse = serializers.IntegerField(min_value=0)  # noqa: N815
    limit = serializers.IntegerField(min_value=1)
    waiting = serializers.IntegerField(min_value=0)
    refused = serializers.IntegerField(min_value=0, help_text="Since the start.")


class PoolSerializer(serializers.Serializer[object]):
    """Database connections of one compartment."""

    name = serializers.CharField()
    replica = serializers.UUIDField()
    inUse = serializers.IntegerField(min_value=0)  # noqa: N815
    idle = serializers.IntegerField(min_value=0)
    limit = serializers.IntegerField(min_value=1)
    refused = serializers.IntegerField(min_value=0, help_text="Since the start.")


class RetryBudgetSerializer(serializers.Serializer[object]):
    """Of the last minute."""

    share = serializers.FloatField(min_value=0, max_value=1)
    calls = serializers.IntegerField(min_value=0)
    retries = serializers.IntegerField(min_value=0)


class RetrySerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    replica = serializers.UUIDField()
    attempts = serializers.IntegerField(min_value=1, help_text="At most, in all.")
    retries = serializers.IntegerField(min_value=0, help_text="Since the start.")
    refused = serializers.IntegerField(min_value=0, help_text="By the budget.")
    budget = RetryBudgetSerializer()


class ResilienceSerializer(serializers.Serializer[object]):
    source = serializers.ChoiceField(  # type: ignore[assignment]
        ("fleet", "replica"),
        help_text="replica: without the database, this one speaks for itself alone.",
    )
    patterns = PatternsSerializer()
    replicas = ReplicaSerializer(many=True)
    breakers = BreakerSerializer(many=True)
    bulkheads = BulkheadSerializer(many=True)
    pools = PoolSerializer(many=True)
    retries = RetrySerializer(many=True)


@extend_schema_field({"type": ["string", "null"], "format": "uuid"})
class ReplicaId(serializers.Field):  # type: ignore[type-arg]
    """Only described: the service reads it."""


class OrderSerializer(serializers.Serializer[object]):
    replica = ReplicaId(help_text="Left out or null: every replica.")
    reason = OneLine()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return optional(super().get_fields())


class IntervalFaultSerializer(serializers.Serializer[object]):
    version = serializers.IntegerField(min_value=0)
    errorRate = serializers.FloatField(min_value=0, max_value=1)  # noqa: N815
    latencyMs = serializers.IntegerField(min_value=0)  # noqa: N815
    dependencyErrorRate = serializers.FloatField(min_value=0, max_value=1)  # noqa: N815
    dependencyLatencyMs = serializers.IntegerField(min_value=0)  # noqa: N815


class IntervalSerializer(serializers.Serializer[object]):
    to = serializers.DateTimeField()
    open = serializers.BooleanField(help_text="Still going on.")
    fault = IntervalFaultSerializer(allow_null=True)
    patternsOff = serializers.ListField(  # noqa: N815
        child=serializers.ChoiceField(PATTERNS)
    )

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # `from` is a keyword
        return {"from": serializers.DateTimeField(), **super().get_fields()}


class IntervalsSerializer(serializers.Serializer[object]):
    """Of the last day, the newest hundred; newest first."""

    intervals = IntervalSerializer(many=True)


class RefusedSerializer(serializers.Serializer[object]):
    breaker = serializers.IntegerField(min_value=0)
    bulkhead = serializers.IntegerField(min_value=0)
    deadline = serializers.IntegerField(min_value=0)


class MeasuredSerializer(serializers.Serializer[object]):
    to = serializers.DateTimeField()
    seconds = serializers.IntegerField(min_value=1)
    covered = serializers.IntegerField(min_value=0, help_text="Seconds with data.")
    requests = serializers.IntegerField(min_value=0)
    errorRate = serializers.FloatField(allow_null=True)  # noqa: N815
    p50 = serializers.FloatField(allow_null=True, help_text="Seconds.")
    p95 = serializers.FloatField(allow_null=True, help_text="Seconds.")
    p99 = serializers.FloatField(allow_null=True, help_text="Seconds.")
    calls = serializers.IntegerField(min_value=0, help_text="Of the database.")
    callsPerSecond = serializers.FloatField(allow_null=True)  # noqa: N815
    callsPerRequest = serializers.FloatField(allow_null=True)  # noqa: N815
    retries = serializers.IntegerField(min_value=0)
    refused = RefusedSerializer()
    degraded = serializers.IntegerField(min_value=0)
    budgetSpent = serializers.DictField(  # noqa: N815
        child=serializers.FloatField(allow_null=True),
        help_text="By SLO, as a share of its whole error budget.",
    )

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return {"from": serializers.DateTimeField(), **super().get_fields()}


class ComparisonSerializer(serializers.Serializer[object]):
    a = MeasuredSerializer()
    b = MeasuredSerializer()
