"""The JSON of what auditors ask, described."""

from __future__ import annotations

from rest_framework import serializers

from api.chaos.serializers import InjectedSerializer
from sre_console.governance.calendar.event import KINDS as CHANGE_KINDS
from sre_console.governance.deployments import COMMIT, LINK, VERSION
from sre_console.governance.injections.injection import CONSENTS, KINDS

_LINE = r"^[^\x00-\x1f\x7f]*$"


class SloEffectSerializer(serializers.Serializer[object]):
    slo = serializers.CharField()
    badEvents = serializers.IntegerField()  # noqa: N815
    budgetSpentRatio = serializers.FloatField(  # noqa: N815
        allow_null=True, help_text="Of the whole error budget, all events."
    )
    budgetSpentWithoutExercises = serializers.FloatField(  # noqa: N815
        allow_null=True,
        help_text="What a real month would be charged; null also while a drill's fault is to be found.",
    )


class EffectSerializer(serializers.Serializer[object]):
    """What was measured while it was in force."""

    requests = serializers.IntegerField(
        min_value=0, allow_null=True, help_text="Null: nothing was counted then."
    )
    failed = serializers.IntegerField(allow_null=True, help_text="Answered with 5xx.")
    targeted = serializers.IntegerField(min_value=0)
    injected = InjectedSerializer()
    slos = SloEffectSerializer(many=True)
    alerts = serializers.ListField(child=serializers.CharField())
    incidents = serializers.ListField(child=serializers.IntegerField(min_value=1))
    coarse = serializers.BooleanField(
        help_text="Measured late, from counts that are kept to the minute."
    )


class InjectionSerializer(serializers.Serializer[object]):
    kind = serializers.ChoiceField(KINDS)
    number = serializers.IntegerField(
        min_value=1, help_text="Version of the plan or the switch, id of the game day."
    )
    who = serializers.CharField()
    what = serializers.CharField()
    why = serializers.CharField()
    to = serializers.DateTimeField(allow_null=True)
    plannedEnd = serializers.DateTimeField(allow_null=True)  # noqa: N815
    end = serializers.CharField(allow_null=True)
    endedBy = serializers.CharField(allow_null=True)  # noqa: N815
    endReason = serializers.CharField()  # noqa: N815
    approval = serializers.ChoiceField(CONSENTS)
    approvedBy = serializers.CharField(allow_null=True)  # noqa: N815
    approvedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    blastRadius = serializers.FloatField(allow_null=True)  # noqa: N815
    gameDay = serializers.IntegerField(allow_null=True)  # noqa: N815
    auditSubject = serializers.CharField()  # noqa: N815
    concealed = serializers.BooleanField(
        help_text="A drill under way: its fault is to be found."
    )
    effect = EffectSerializer(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # `from` is a keyword
        return {**super().get_fields(), "from": serializers.DateTimeField()}


class ChangeSerializer(serializers.Serializer[object]):
    """One thing on the change calendar."""

    kind = serializers.ChoiceField(CHANGE_KINDS)
    number = serializers.IntegerField(min_value=1)
    title = serializers.CharField()
    to = serializers.DateTimeField(allow_null=True)
    lasts = serializers.BooleanField(help_text="False: a moment.")
    who = serializers.CharField()
    note = serializers.CharField()
    href = serializers.CharField(help_text="A page of the console.")

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # `from` is a keyword
        return {**super().get_fields(), "from": serializers.DateTimeField()}


class AskedDeploymentSerializer(serializers.Serializer[object]):
    version = serializers.RegexField(f"^{VERSION}$")
    commit = serializers.RegexField(f"^({COMMIT})?$", required=False, allow_blank=True)
    who = serializers.RegexField(
        _LINE, max_length=150, required=False, allow_blank=True
    )
    link = serializers.RegexField(f"^({LINK})?$", required=False, allow_blank=True)
    note = serializers.RegexField(
        _LINE, max_length=500, required=False, allow_blank=True
    )


class DeploymentSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    version = serializers.CharField()
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True)
    commit = serializers.CharField(allow_null=True)
    link = serializers.CharField(allow_null=True)
    note = serializers.CharField()
    digest = serializers.CharField(allow_null=True, help_text="Of the configuration.")
    configuration = serializers.DictField(child=serializers.CharField())
    starts = serializers.IntegerField(
        allow_null=True, help_text="Replicas that have started with it."
    )

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # the name is taken
        source = serializers.ChoiceField(["service", "pipeline"])
        return {**super().get_fields(), "source": source}
