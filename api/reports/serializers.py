"""The JSON of the SLA report, described."""

from __future__ import annotations

from rest_framework import serializers

from api.slo.serializers import SourceSerializer
from sre_console.incidents.severity import SEVERITIES


class LedgerSerializer(serializers.Serializer[object]):
    # null while a drill's fault is to be found, without exercises
    total = serializers.IntegerField(min_value=0, allow_null=True)
    bad = serializers.IntegerField(min_value=0, allow_null=True)
    achieved = serializers.FloatField(allow_null=True, help_text="Null: no events.")
    kept = serializers.BooleanField(allow_null=True, help_text="The promise.")
    budgetSpentRatio = serializers.FloatField(  # noqa: N815
        allow_null=True, help_text="Of what these events allow; above 1: overspent."
    )


class KeptSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    description = serializers.CharField()
    target = serializers.FloatField(min_value=0, max_value=1)
    allEvents = LedgerSerializer()  # noqa: N815
    withoutExercises = LedgerSerializer()  # noqa: N815
    pages = serializers.IntegerField(min_value=0, help_text="Firings of page rules.")
    tickets = serializers.IntegerField(min_value=0)


class ReportedIncidentSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    title = serializers.CharField()
    severity = serializers.ChoiceField(SEVERITIES)
    exercise = serializers.BooleanField()
    openedAt = serializers.DateTimeField()  # noqa: N815
    resolvedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815


class NoiseSerializer(serializers.Serializer[object]):
    """How often a rule fired in the period; most firings first."""

    name = serializers.CharField()
    slo = serializers.CharField(allow_null=True)
    severity = serializers.ChoiceField(SEVERITIES)
    fired = serializers.IntegerField(min_value=1)
    silenced = serializers.IntegerField(min_value=0)
    averageSeconds = serializers.FloatField(min_value=0)  # noqa: N815


class SlaSerializer(serializers.Serializer[object]):
    to = serializers.DateTimeField()
    coveredSeconds = serializers.IntegerField(  # noqa: N815
        min_value=0, help_text="Of the period, that hold data."
    )
    seededEvents = serializers.IntegerField(min_value=0)  # noqa: N815
    slos = KeptSerializer(many=True)
    incidents = ReportedIncidentSerializer(many=True)
    rules = NoiseSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # `from` is a keyword, `source` a name that serializers have taken
        extra = {"from": serializers.DateTimeField(), "source": SourceSerializer()}
        return {**extra, **super().get_fields()}
