"""The JSON of alert rules and of Alertmanager's deliveries, described."""

from __future__ import annotations

from typing import get_args

from rest_framework import serializers

from sre_console.incidents.alerting import State
from sre_console.incidents.rules import COMPARISONS
from sre_console.incidents.severity import SEVERITIES
from sre_console.incidents.signals import Unit

STATES = get_args(State)


class MeasuredOnSerializer(serializers.Serializer[object]):
    events = serializers.IntegerField(min_value=0)
    coveredSeconds = serializers.IntegerField(min_value=0)  # noqa: N815
    windowSeconds = serializers.IntegerField(min_value=1)  # noqa: N815
    enough = serializers.BooleanField(help_text="Events to judge by.")


class AlertSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    slo = serializers.CharField(allow_null=True)
    severity = serializers.ChoiceField(SEVERITIES)
    service = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    value = serializers.FloatField(allow_null=True, help_text="Null: no data.")
    threshold = serializers.FloatField()
    comparison = serializers.ChoiceField(COMPARISONS)
    unit = serializers.ChoiceField(get_args(Unit))
    since = serializers.DateTimeField(allow_null=True)
    firedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    resolvedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    silenced = serializers.BooleanField()
    opensIncident = serializers.BooleanField()  # noqa: N815
    summary = serializers.CharField(
        allow_blank=True, help_text="Empty while the alert is inactive."
    )
    description = serializers.CharField(allow_blank=True)
    window = serializers.CharField(allow_null=True)
    shortWindow = serializers.CharField(allow_null=True)  # noqa: N815
    shortValue = serializers.FloatField(allow_null=True)  # noqa: N815
    forSeconds = serializers.FloatField(min_value=0)  # noqa: N815
    measuredOn = MeasuredOnSerializer(allow_null=True)  # noqa: N815
    runbookUrl = serializers.CharField(allow_null=True)  # noqa: N815


class AlertsSerializer(serializers.Serializer[object]):
    alerts = AlertSerializer(many=True)


class DeliveredAlertSerializer(serializers.Serializer[object]):
    status = serializers.ChoiceField(("firing", "resolved"))
    labels = serializers.DictField(child=serializers.CharField())
    annotations = serializers.DictField(child=serializers.CharField(), required=False)
    startsAt = serializers.DateTimeField()  # noqa: N815
    fingerprint = serializers.RegexField("^[0-9a-f]{1,64}$")
    generatorURL = serializers.CharField(required=False)  # noqa: N815


class DeliverySerializer(serializers.Serializer[object]):
    """Alertmanager's webhook, version 4; other fields are ignored."""

    version = serializers.ChoiceField(("4",))
    groupKey = serializers.CharField(min_length=1, max_length=8192)  # noqa: N815
    alerts = DeliveredAlertSerializer(many=True)


class TakenSerializer(serializers.Serializer[object]):
    alerts = serializers.IntegerField(min_value=1)
    news = serializers.IntegerField(
        min_value=0, help_text="Of them, those that were not said before."
    )
