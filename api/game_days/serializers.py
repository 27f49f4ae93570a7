"""The JSON of game days, described."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.chaos.serializers import OneLine, optional
from api.scenarios.serializers import (
    KINDS,
    MODES,
    VERDICTS,
    BySlo,
    ExpectedSerializer,
    Faults,
    ForecastSerializer,
)
from sre_console.gamedays.outcome.record import KINDS as LINES
from sre_console.models.gamedays import STATES

STEP_STATES = ("to_come", "now", "done", "failed", "skipped")
CHECK_STATES = ("to_come", "watching", "passed", "failed", "not_reached")
PHASES = ("steady", "steps", "after", "rollback", "closing", "over")


@extend_schema_field(
    {
        "type": "object",
        "properties": {
            "badEvents": {"type": "integer", "description": "Of the worst SLO."},
            "budgetSpentRatio": {"type": ["number", "null"]},
            "bySlo": {"type": "object"},
            "totalEvents": {"type": "integer"},
            "alerts": {"type": "array", "items": {"type": "object"}},
            "achieved": {"type": "array", "items": {"type": "object"}},
            "differences": {"type": "array", "items": {"type": "object"}},
            "ttd": {"type": ["number", "null"]},
            "ttm": {"type": ["number", "null"]},
            "ttr": {"type": ["number", "null"]},
        },
        "description": "What it came to, in the forecast's words; empty until it is over.",
    }
)
class Outcome(serializers.Field):  # type: ignore[type-arg]
    """Only described."""


@extend_schema_field({"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"})
class ScenarioName(serializers.Field):  # type: ignore[type-arg]
    """Likewise."""


@extend_schema_field({"type": ["integer", "string"]})
class Where(serializers.Field):  # type: ignore[type-arg]
    """Likewise: a step's index, or steadyState, or after."""


class GameDaySerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    scenario = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    verdict = serializers.ChoiceField(
        VERDICTS, allow_null=True, help_text="Null: not over, or stopped by a person."
    )
    score = serializers.FloatField(
        allow_null=True, help_text="Weighted share of its checks that passed."
    )
    seed = serializers.IntegerField(
        min_value=0, allow_null=True, help_text="Null: a drill that goes on."
    )
    speed = serializers.FloatField()
    scale = serializers.FloatField(help_text="The clock's while it ran.")
    unattended = serializers.BooleanField()
    drill = serializers.BooleanField()
    settled = serializers.BooleanField(
        help_text="Its rollbacks ran, and what it came to is counted."
    )
    startedBy = serializers.CharField()  # noqa: N815
    createdAt = serializers.DateTimeField()  # noqa: N815
    startedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    endedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    endKind = serializers.CharField(  # noqa: N815
        allow_null=True,
        help_text="Null: not over, or all was done. Else operator, condition, steady-state, "
        "wait, interrupted, expired, error or guardrail:….",
    )
    endReason = serializers.CharField(allow_null=True)  # noqa: N815
    endedBy = serializers.CharField(allow_null=True)  # noqa: N815
    stopMilliseconds = serializers.FloatField(  # noqa: N815
        allow_null=True, help_text="That STOP ALL took to end it."
    )
    checksPassed = serializers.IntegerField(min_value=0)  # noqa: N815
    checksFailed = serializers.IntegerField(min_value=0)  # noqa: N815
    checksInAll = serializers.IntegerField(min_value=0)  # noqa: N815
    badEvents = serializers.IntegerField(allow_null=True)  # noqa: N815
    budgetSpentRatio = serializers.FloatField(allow_null=True)  # noqa: N815


class RunStepSerializer(serializers.Serializer[object]):
    index = serializers.IntegerField(min_value=0)
    title = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    fault = Faults()
    seconds = serializers.FloatField(help_text="Wall seconds, at most.")
    beginsAfter = serializers.FloatField(allow_null=True)  # noqa: N815
    state = serializers.ChoiceField(STEP_STATES)
    beganAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    endedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    note = serializers.CharField(allow_blank=True)
    checks = serializers.ListField(child=serializers.CharField())


class RunCheckSerializer(serializers.Serializer[object]):
    id = serializers.CharField()
    step = Where()
    title = serializers.CharField()
    kind = serializers.ChoiceField(MODES)
    weight = serializers.FloatField()
    within = serializers.FloatField(allow_null=True)
    state = serializers.ChoiceField(CHECK_STATES)
    got = serializers.CharField(allow_blank=True)
    value = serializers.FloatField(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)


class SpentBoundSerializer(serializers.Serializer[object]):
    limit = serializers.FloatField(allow_null=True)
    day = serializers.FloatField(allow_null=True)
    allowed = BySlo()
    spent = BySlo()


class RunBoundsSerializer(serializers.Serializer[object]):
    """The guardrails, as they were when it started."""

    chaosBudget = SpentBoundSerializer()  # noqa: N815
    floor = serializers.FloatField(allow_null=True)
    absence = serializers.FloatField(allow_null=True)
    realBurn = serializers.FloatField()  # noqa: N815


class RunForecastSerializer(ForecastSerializer):
    """As it was at the start; empty of a drill that goes on."""

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return optional(super().get_fields())


class WholeGameDaySerializer(GameDaySerializer):
    hypothesis = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    digest = serializers.CharField(
        allow_blank=True, help_text="SHA-256 of the scenario as it ran."
    )
    approvedBy = serializers.CharField(allow_null=True)  # noqa: N815
    approvedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    attendedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    phase = serializers.ChoiceField(PHASES)
    step = serializers.IntegerField(allow_null=True, help_text="That is now.")
    stepBeganAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    stepEndsAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    endsAt = serializers.DateTimeField(allow_null=True, help_text="As foretold.")  # noqa: N815
    steps = RunStepSerializer(many=True)
    checks = RunCheckSerializer(many=True)
    expects = ExpectedSerializer(many=True)
    guardrails = RunBoundsSerializer()
    forecast = RunForecastSerializer()
    outcome = Outcome()
    lessons = serializers.CharField(allow_blank=True)


class AskedGameDaySerializer(serializers.Serializer[object]):
    scenario = ScenarioName()
    seed = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, help_text="Of random pacing."
    )
    speed = serializers.FloatField(min_value=0.1, max_value=60, default=1)
    unattended = serializers.BooleanField(
        default=True, help_text="False: it stops when whoever started it is away."
    )
    reason = OneLine(required=False)
    dryRun = serializers.BooleanField(  # noqa: N815
        default=False, help_text="True: only tell what it would do."
    )


class StopReasonSerializer(serializers.Serializer[object]):
    reason = OneLine(required=False)


class EmptySerializer(serializers.Serializer[object]):
    """No fields."""


class RunEventSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    at = serializers.DateTimeField()
    kind = serializers.ChoiceField(LINES)
    step = serializers.IntegerField(allow_null=True)
    text = serializers.CharField(allow_blank=True, help_text="What a person wrote.")
    detail = serializers.DictField()
    actor = serializers.CharField(allow_blank=True)


class BlockSerializer(serializers.Serializer[object]):
    """STOP ALL has ended a game day, and nobody has released new ones since."""

    blocked = serializers.BooleanField()
    gameDay = serializers.IntegerField(allow_null=True)  # noqa: N815
    by = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    stopMilliseconds = serializers.FloatField(allow_null=True)  # noqa: N815
    releasedBy = serializers.CharField(allow_null=True)  # noqa: N815
    releasedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    releaseReason = serializers.CharField(allow_blank=True)  # noqa: N815
