"""The JSON of scenarios and of what they would do, described."""

from __future__ import annotations

from typing import get_args

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from sre_console.gamedays.scenarios.scenario import Clock, Kind, Mode
from sre_console.incidents.severity import SEVERITIES
from sre_console.models.gamedays import STATES

ORIGINS = ("shipped", "own", "imported")
VERDICTS = ("passed", "failed")
KINDS = get_args(Kind)
MODES = get_args(Mode)


@extend_schema_field({"type": ["object", "null"]})
class Document(serializers.Field):  # type: ignore[type-arg]
    """Only described: deploy/scenarios/scenario.schema.json says what it holds."""


@extend_schema_field(
    {
        "type": ["object", "null"],
        "description": "As POST /api/chaos has it; of a ramp its ends as `from` and `to`.",
    }
)
class Faults(serializers.Field):  # type: ignore[type-arg]
    """Likewise: the faults that come into force with a step."""


@extend_schema_field({"type": "object", "additionalProperties": {"type": "number"}})
class BySlo(serializers.Field):  # type: ignore[type-arg]
    """Likewise: a number for each SLO."""


@extend_schema_field(
    {"type": "object", "additionalProperties": {"type": ["number", "null"]}}
)
class MaybeBySlo(serializers.Field):  # type: ignore[type-arg]
    """Likewise; null where nothing is known."""


_LINE = {"type": "array", "items": {"type": ["number", "null"]}}
_LINES = {"type": "object", "additionalProperties": _LINE}


@extend_schema_field(
    {
        "type": "object",
        "required": ["t", "bad", "burn"],
        "properties": {"t": _LINE, "bad": _LINES, "burn": _LINES},
        "description": "Seconds from the start; cumulative bad events by SLO; burn rates "
        "of the worst one by window.",
    }
)
class Curve(serializers.Field):  # type: ignore[type-arg]
    """Likewise: at most 300 points."""


class ExpectedSerializer(serializers.Serializer[object]):
    """An alert that a scenario raises on purpose; any other stops the run."""

    alert = serializers.CharField()
    slo = serializers.CharField(allow_null=True, help_text="Null: of any SLO.")


class LastRunSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    state = serializers.ChoiceField(STATES)
    verdict = serializers.ChoiceField(VERDICTS, allow_null=True)
    score = serializers.FloatField(allow_null=True, min_value=0, max_value=1)
    endedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815


class ScenarioSerializer(serializers.Serializer[object]):
    """Where it is not valid any more the numbers are null."""

    name = serializers.CharField()
    origin = serializers.ChoiceField(ORIGINS)
    valid = serializers.BooleanField(help_text="It can be run.")
    title = serializers.CharField()
    hypothesis = serializers.CharField(allow_blank=True)
    clock = serializers.ChoiceField(get_args(Clock), allow_null=True)
    seconds = serializers.FloatField(
        allow_null=True, help_text="Wall seconds that its steps take at most."
    )
    steps = serializers.IntegerField(allow_null=True, min_value=1)
    checks = serializers.IntegerField(allow_null=True, min_value=0)
    injects = serializers.BooleanField(allow_null=True, help_text="It sets faults.")
    blastRadius = serializers.FloatField(  # noqa: N815
        allow_null=True, help_text="The share of the requests that it reaches, 0 to 1."
    )
    updatedBy = serializers.CharField(allow_null=True)  # noqa: N815
    lastRun = LastRunSerializer(allow_null=True)  # noqa: N815


class ProblemSerializer(serializers.Serializer[object]):
    line = serializers.IntegerField(min_value=0)
    column = serializers.IntegerField(min_value=0)
    path = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class WholeScenarioSerializer(ScenarioSerializer):
    description = serializers.CharField(allow_blank=True)
    document = Document(
        help_text="As it was read, in one form for all; null: not valid."
    )
    problems = ProblemSerializer(many=True)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # `source` is a name that serializers have taken
        written = serializers.CharField(help_text="As it is written.")
        return {**super().get_fields(), "source": written}


class ImportedScenarioSerializer(WholeScenarioSerializer):
    notes = serializers.ListField(
        child=serializers.CharField(),
        help_text="What means something else here, or nothing.",
    )


class AskedForecastSerializer(serializers.Serializer[object]):
    speed = serializers.FloatField(min_value=0.1, max_value=60, default=1)
    seed = serializers.IntegerField(min_value=0, max_value=2**31 - 1, required=False)


class ForetoldAlertSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    slo = serializers.CharField(allow_null=True)
    severity = serializers.ChoiceField(SEVERITIES)
    firesAfter = serializers.FloatField(help_text="From the start.")  # noqa: N815
    step = serializers.IntegerField(min_value=0)
    sinceStep = serializers.FloatField()  # noqa: N815
    clearsAfter = serializers.FloatField(allow_null=True)  # noqa: N815


class ForetoldStepSerializer(serializers.Serializer[object]):
    index = serializers.IntegerField(min_value=0)
    beginsAfter = serializers.FloatField()  # noqa: N815
    endsAfter = serializers.FloatField()  # noqa: N815
    badEvents = BySlo()  # noqa: N815
    budgetSpentRatio = BySlo()  # noqa: N815


class ForecastSerializer(serializers.Serializer[object]):
    """If traffic and patterns stay as they are; durations in wall seconds."""

    seconds = serializers.FloatField(help_text="That it takes.")
    rate = serializers.FloatField(help_text="Requests a second that are assumed.")
    badEvents = BySlo()  # noqa: N815
    totalEvents = serializers.IntegerField(min_value=0)  # noqa: N815
    budgetSpentRatio = BySlo(help_text="Of the whole error budget.")  # noqa: N815
    budgetLeftRatio = MaybeBySlo(help_text="At the end.")  # noqa: N815
    worst = serializers.CharField(help_text="The SLO that it costs most.")
    exhaustsAfter = serializers.FloatField(allow_null=True)  # noqa: N815
    historyShort = serializers.BooleanField(  # noqa: N815
        help_text="Windows are not full at the start: alerts come sooner."
    )
    alerts = ForetoldAlertSerializer(many=True)
    steps = ForetoldStepSerializer(many=True)
    curve = Curve()


class PlannedCheckSerializer(serializers.Serializer[object]):
    id = serializers.CharField()
    title = serializers.CharField()
    kind = serializers.ChoiceField(MODES)
    weight = serializers.FloatField()
    within = serializers.FloatField(
        allow_null=True, help_text="Wall seconds from the step's start; null: its end."
    )


class PlannedStepSerializer(serializers.Serializer[object]):
    index = serializers.IntegerField(min_value=0)
    title = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    fault = Faults()
    seconds = serializers.FloatField(help_text="At most.")
    beginsAfter = serializers.FloatField(allow_null=True)  # noqa: N815
    endsAfter = serializers.FloatField(allow_null=True)  # noqa: N815
    note = serializers.CharField(allow_blank=True)
    checks = PlannedCheckSerializer(many=True)


class BudgetBoundSerializer(serializers.Serializer[object]):
    limit = serializers.FloatField(
        allow_null=True, help_text="Share of each error budget; null: off."
    )
    day = serializers.FloatField(allow_null=True, help_text="Of all runs of a day.")
    allowed = BySlo(help_text="Failed requests that its faults may cause; empty: any.")
    spentToday = BySlo(help_text="By faults of the day before it.")  # noqa: N815


class BoundsSerializer(serializers.Serializer[object]):
    chaosBudget = BudgetBoundSerializer()  # noqa: N815
    floor = serializers.FloatField(
        allow_null=True, help_text="Share that must be left to start; null: off."
    )
    left = MaybeBySlo(help_text="Now, of each error budget.")
    absence = serializers.FloatField(
        allow_null=True,
        help_text="Wall seconds that an attended run's console may be closed.",
    )
    realBurn = serializers.FloatField(  # noqa: N815
        help_text="Burn rate of the service's own failures that stops it."
    )


class ApprovalSerializer(serializers.Serializer[object]):
    needed = serializers.BooleanField()
    blastRadius = serializers.FloatField()  # noqa: N815
    above = serializers.FloatField(allow_null=True, help_text="Null: none is needed.")


class RefusalSerializer(serializers.Serializer[object]):
    code = serializers.ChoiceField(("CONFLICT", "PERMISSION_DENIED"))
    message = serializers.CharField()


class OutlookSerializer(serializers.Serializer[object]):
    """A dry run: nothing is stored or injected. Durations in wall seconds."""

    scenario = serializers.CharField()
    title = serializers.CharField()
    hypothesis = serializers.CharField(allow_blank=True)
    speed = serializers.FloatField()
    seed = serializers.IntegerField(allow_null=True)
    scale = serializers.FloatField()
    seconds = serializers.FloatField()
    steps = PlannedStepSerializer(many=True)
    expects = ExpectedSerializer(many=True)
    forecast = ForecastSerializer()
    guardrails = BoundsSerializer()
    approval = ApprovalSerializer()
    refusals = RefusalSerializer(many=True, help_text="What a start would meet now.")
