"""The JSON of the fault plan, described. `sre_console.chaos` judges what is asked for."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

# one of them must be in a plan that is asked for
FAULTS = (
    "errorRate", "latencyMs", "jitterMs", "latencyRate",
    "dependencyErrorRate", "dependencyLatencyMs",
)  # fmt: skip
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


PREFIX = r"^/api/users(/[A-Za-z0-9_-]{1,64}){0,3}/?$"
_ONE_LINE = {
    "type": "string",
    "maxLength": 500,
    "pattern": r"^[^\u0000-\u001f\u007f]*$",
}


@extend_schema_field(_ONE_LINE)
class OneLine(serializers.Field):  # type: ignore[type-arg]
    """Only described: of a CharField the generator says that "" matches twice."""


class TargetSerializer(serializers.Serializer[object]):
    methods = serializers.ListField(
        child=serializers.ChoiceField(_METHODS), help_text="Empty: every method."
    )
    pathPrefix = serializers.RegexField(  # noqa: N815
        PREFIX, help_text="Within /api/users."
    )


class InjectedSerializer(serializers.Serializer[object]):
    errors = serializers.IntegerField(min_value=0)  # type: ignore[assignment]
    delays = serializers.IntegerField(min_value=0)
    dependencyErrors = serializers.IntegerField(min_value=0)  # noqa: N815


class ReplicasSerializer(serializers.Serializer[object]):
    count = serializers.IntegerField(min_value=0)
    confirmed = serializers.IntegerField(
        min_value=0, help_text="That hold this version."
    )


class FaultsSerializer(serializers.Serializer[object]):
    """The faults that a plan asks for."""

    pacing = serializers.ChoiceField(("even", "random"))
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, allow_null=True)
    errorRate = serializers.FloatField(min_value=0, max_value=1)  # noqa: N815
    latencyMs = serializers.IntegerField(min_value=0, max_value=10000)  # noqa: N815
    jitterMs = serializers.IntegerField(min_value=0, max_value=10000)  # noqa: N815
    latencyRate = serializers.FloatField(min_value=0, max_value=1)  # noqa: N815
    dependencyErrorRate = serializers.FloatField(min_value=0, max_value=1)  # noqa: N815
    dependencyLatencyMs = serializers.IntegerField(min_value=0, max_value=10000)  # noqa: N815
    target = TargetSerializer()
    ttlSeconds = serializers.IntegerField(min_value=1, max_value=3600)  # noqa: N815
    reason = OneLine()


class PlanSerializer(FaultsSerializer):
    version = serializers.IntegerField(min_value=0)
    enabled = serializers.BooleanField()
    startedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    expiresAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    startedBy = serializers.CharField(allow_blank=True)  # noqa: N815
    injected = InjectedSerializer()
    remainingSeconds = serializers.FloatField(min_value=0)  # noqa: N815
    requests = serializers.IntegerField(min_value=0, help_text="That it targeted.")
    failed = serializers.IntegerField(min_value=0, help_text="Of those, with 5xx.")
    replicas = ReplicasSerializer()
    holder = serializers.CharField(
        allow_null=True, help_text="The game day that holds the faults."
    )
    concealed = serializers.BooleanField(
        help_text="A drill's fault is in force, and to be found: none is told here."
    )
    environment = serializers.RegexField(
        r"^[a-z0-9-]{1,32}$", help_text="The name that `confirm` has to be."
    )


class ConfirmSerializer(serializers.Serializer[object]):
    """Asked for above IRONCLAD_CHAOS_CONFIRM_ABOVE of the requests."""

    confirm = OneLine(
        required=False,
        help_text="The name of the environment, where a change touches much.",
    )


class AskedTargetSerializer(TargetSerializer):
    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return optional(super().get_fields())


class AskedPlanSerializer(FaultsSerializer, ConfirmSerializer):
    """Every field has a default; at least one fault must be named."""

    enabled = serializers.BooleanField(default=True)
    target = AskedTargetSerializer()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return optional(super().get_fields())


def optional(
    fields: dict[str, serializers.Field],  # type: ignore[type-arg]
) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
    for field in fields.values():
        field.required = False
    return fields


class RateSerializer(ConfirmSerializer):
    rate = serializers.FloatField(min_value=0, max_value=1)


class MillisecondsSerializer(ConfirmSerializer):
    ms = serializers.IntegerField(min_value=0, max_value=10000)


class SecondsSerializer(serializers.Serializer[object]):
    seconds = serializers.IntegerField(min_value=1, max_value=3600, default=60)


class StopSerializer(serializers.Serializer[object]):
    version = serializers.IntegerField(
        min_value=0, allow_null=True, help_text="Ended; null when none was in force."
    )
    milliseconds = serializers.FloatField(
        min_value=0, help_text="Until the faults ended in this replica."
    )
    stored = serializers.BooleanField(
        help_text="False while the database is away: other replicas end within 5 s."
    )


class StoppedPlanSerializer(PlanSerializer):
    stopped = StopSerializer()
