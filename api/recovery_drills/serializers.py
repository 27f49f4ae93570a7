"""The JSON of disaster drills, described."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.chaos.serializers import optional
from api.incidents.serializers import Reason, Section
from sre_console.recovery.drills.asked import NOTE_MOST, SOURCE_MOST
from sre_console.recovery.drills.listing import STATES, VERDICTS
from sre_console.recovery.drills.scenarios import SCENARIOS

MARKS = ("struck", "served", "loss")
OBJECTIONS = ("step", "time-unknown", "loss-unknown", "time", "loss")
_LINE = {"type": "string", "pattern": r"^[^\u0000-\u001f\u007f]*$"}


@extend_schema_field({**_LINE, "maxLength": 500})
class MaybeReason(serializers.Field):  # type: ignore[type-arg]
    """Only described: the service reads it."""


@extend_schema_field({**_LINE, "maxLength": SOURCE_MOST})
class Source(serializers.Field):  # type: ignore[type-arg]
    """Likewise."""


@extend_schema_field(
    {
        "type": "string",
        "maxLength": NOTE_MOST,
        "pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$",
    }
)
class Note(serializers.Field):  # type: ignore[type-arg]
    """Likewise."""


@extend_schema_field({"type": "string", "enum": list(SCENARIOS)})
class ScenarioKey(serializers.Field):  # type: ignore[type-arg]
    """Likewise."""


class DisasterTargetsSerializer(serializers.Serializer[object]):
    recoverySeconds = serializers.FloatField(help_text="RTO.")  # noqa: N815
    lostSeconds = serializers.FloatField(help_text="RPO.")  # noqa: N815


class DisasterDrillSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    scenario = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    verdict = serializers.ChoiceField(
        VERDICTS, allow_null=True, help_text="Null: it goes on, or was abandoned."
    )
    reason = serializers.CharField()
    startedBy = serializers.CharField()  # noqa: N815
    startedAt = serializers.DateTimeField()  # noqa: N815
    endedBy = serializers.CharField(allow_null=True)  # noqa: N815
    endedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    struckAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    servedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    recoverySeconds = serializers.FloatField(  # noqa: N815
        allow_null=True, help_text="Achieved RTO: from struckAt to servedAt."
    )
    lostSeconds = serializers.FloatField(  # noqa: N815
        allow_null=True, help_text="Achieved RPO: commits that are gone."
    )
    aimMet = serializers.BooleanField(  # noqa: N815
        allow_null=True, help_text="Our own aim, which is stricter than the promise."
    )


class ObjectionSerializer(serializers.Serializer[object]):
    """Why it is not passed."""

    kind = serializers.ChoiceField(OBJECTIONS)
    step = serializers.CharField(allow_null=True, help_text="That is not done.")


class DrillStepSerializer(serializers.Serializer[object]):
    key = serializers.CharField()
    title = serializers.CharField(help_text="A heading of the runbook.")
    seen = serializers.CharField(help_text="What is seen when it is done.")
    marks = serializers.ChoiceField(
        MARKS, allow_null=True, help_text="Begins or ends the outage, or measures."
    )
    done = serializers.BooleanField()
    doneAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    by = serializers.CharField(allow_null=True)
    note = serializers.CharField(allow_blank=True)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # the name is taken
        required = serializers.BooleanField(
            help_text="The drill is not passed without it."
        )
        return {**super().get_fields(), "required": required}


class WholeDisasterDrillSerializer(DisasterDrillSerializer):
    story = serializers.CharField()
    runbook = serializers.CharField()
    promised = DisasterTargetsSerializer()
    aimed = DisasterTargetsSerializer()
    abandonedBecause = serializers.CharField(  # noqa: N815
        allow_null=True, allow_blank=True
    )
    restore = serializers.IntegerField(
        allow_null=True, help_text="That measured the loss."
    )
    lessons = serializers.CharField(allow_blank=True)
    lessonsBy = serializers.CharField(allow_null=True)  # noqa: N815
    objections = ObjectionSerializer(many=True)
    steps = DrillStepSerializer(many=True)


class DueSerializer(serializers.Serializer[object]):
    key = serializers.CharField()
    title = serializers.CharField()
    story = serializers.CharField()
    runbook = serializers.CharField()
    steps = serializers.IntegerField(min_value=1)
    last = DisasterDrillSerializer(
        allow_null=True, help_text="The last that was finished."
    )
    passedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    dueAt = serializers.DateTimeField()  # noqa: N815
    overdue = serializers.BooleanField()


class BoardSerializer(serializers.Serializer[object]):
    promised = DisasterTargetsSerializer()
    aimed = DisasterTargetsSerializer()
    scenarios = DueSerializer(many=True)


class DisasterStartSerializer(serializers.Serializer[object]):
    scenario = ScenarioKey()
    reason = Reason()


class DisasterStepSerializer(serializers.Serializer[object]):
    done = serializers.BooleanField(help_text="Without it true.")
    note = Note()
    at = serializers.DateTimeField(
        allow_null=True, help_text="Of the timer's steps: when it was; null is now."
    )
    restore = serializers.IntegerField(
        allow_null=True,
        min_value=1,
        max_value=2**31 - 1,
        help_text="That measured the loss.",
    )
    before = serializers.DateTimeField(
        allow_null=True, help_text="Newest commit before; with `after` and `source`."
    )
    after = serializers.DateTimeField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # the name is taken
        return optional({**super().get_fields(), "source": Source()})


class DisasterFinishSerializer(serializers.Serializer[object]):
    lessons = Section()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return optional(super().get_fields())


class DisasterAbandonSerializer(serializers.Serializer[object]):
    reason = MaybeReason()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return optional(super().get_fields())


class LessonsSerializer(serializers.Serializer[object]):
    lessons = Section()
