"""The JSON of the SLO report, described."""

from __future__ import annotations

from rest_framework import serializers

from sre_console.slo.source import NAMES, Problem

_STATUS = ("ok", "at_risk", "burning", "exhausted", "no_data")
_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")


class ClockSerializer(serializers.Serializer[object]):
    scale = serializers.FloatField(
        min_value=1, help_text="Production time / wall time."
    )
    now = serializers.DateTimeField()


class BudgetSerializer(serializers.Serializer[object]):
    total = serializers.FloatField(allow_null=True, help_text="Bad events allowed.")
    consumed = serializers.FloatField(allow_null=True)
    remaining = serializers.FloatField(allow_null=True)
    remainingRatio = serializers.FloatField(  # noqa: N815
        allow_null=True, help_text="Negative when overspent."
    )
    minutesTotal = serializers.FloatField(allow_null=True)  # noqa: N815
    minutesRemaining = serializers.FloatField(allow_null=True)  # noqa: N815
    badRemaining = serializers.FloatField(  # noqa: N815
        allow_null=True, help_text="Failed requests left."
    )
    exhaustsAt = serializers.DateTimeField(allow_null=True)  # noqa: N815


class SeededSerializer(serializers.Serializer[object]):
    events = serializers.IntegerField(min_value=0)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        fields = super().get_fields()
        for name in ("from", "to"):  # `from` is a keyword
            fields[name] = serializers.DateTimeField(allow_null=True)
        return fields


class BurnRatesSerializer(serializers.Serializer[object]):
    """Null: no events in the window."""

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return {name: serializers.FloatField(allow_null=True) for name in _WINDOWS}


class SloSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    displayName = serializers.CharField()  # noqa: N815
    description = serializers.CharField()
    target = serializers.FloatField(min_value=0, max_value=1)
    window = serializers.CharField()
    current = serializers.FloatField(allow_null=True, help_text="Ratio of good events.")
    good = serializers.IntegerField(min_value=0)
    total = serializers.IntegerField(min_value=0)
    limited = serializers.IntegerField(
        min_value=0,
        allow_null=True,
        help_text="Refused by rate limits: among the good ones. Null: Prometheus counted.",
    )
    limitedTraffic = serializers.IntegerField(  # noqa: N815
        min_value=0, allow_null=True, help_text="Those of the built-in traffic."
    )
    budget = BudgetSerializer()
    budgetWithoutExercises = BudgetSerializer()  # noqa: N815
    seeded = SeededSerializer()
    burnRates = BurnRatesSerializer()  # noqa: N815
    status = serializers.ChoiceField(_STATUS)


class SourceSerializer(serializers.Serializer[object]):
    """Where the events were read; a problem says why not from Prometheus, as wished."""

    name = serializers.ChoiceField(NAMES)
    problem = serializers.ChoiceField([*Problem], allow_null=True)
    since = serializers.DateTimeField(allow_null=True)


class SloReportSerializer(serializers.Serializer[object]):
    clock = ClockSerializer()
    slos = SloSerializer(many=True)
    updatedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return super().get_fields() | {
            "source": SourceSerializer()
        }  # the name is taken
