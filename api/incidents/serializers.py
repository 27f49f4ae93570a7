"""The JSON of incidents and what is told of them, described."""

from __future__ import annotations

from typing import get_args

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.chaos.serializers import optional
from sre_console.incidents.lifecycle import STATES
from sre_console.incidents.news import Source
from sre_console.incidents.selectors import CHANNELS, TOLD_STATES
from sre_console.incidents.severity import SEVERITIES

SILENCE_STATES = ("pending", "active", "ended")
_LINES = {
    "type": "string",
    "maxLength": 2000,
    "pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$",
}


@extend_schema_field(_LINES)
class Lines(serializers.Field):  # type: ignore[type-arg]
    """Only described: the service reads it."""


@extend_schema_field({**_LINES, "minLength": 1, "pattern": r"[^\s\u0000-\u001f\u007f]"})
class SomeLines(serializers.Field):  # type: ignore[type-arg]
    """Likewise, and not empty."""


@extend_schema_field(
    {"type": "string", "maxLength": 150, "pattern": r"^[^\u0000-\u001f\u007f]*$"}
)
class Name(serializers.Field):  # type: ignore[type-arg]
    """Likewise: whom an incident is given to."""


class DurationsSerializer(serializers.Serializer[object]):
    """Wall seconds; null: it has not come to that."""

    detect = serializers.FloatField(
        allow_null=True, help_text="TTD: from the beginning of the harm to openedAt."
    )
    acknowledge = serializers.FloatField(
        allow_null=True, help_text="TTA: from openedAt to acknowledgedAt."
    )
    mitigate = serializers.FloatField(
        allow_null=True, help_text="TTM: from the beginning of the harm to its end."
    )
    resolve = serializers.FloatField(
        allow_null=True, help_text="TTR: from the beginning of the harm to resolvedAt."
    )


class IncidentSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    version = serializers.IntegerField(min_value=1)
    title = serializers.CharField()
    service = serializers.CharField()
    severity = serializers.ChoiceField(SEVERITIES)
    state = serializers.ChoiceField(STATES)
    exercise = serializers.BooleanField(help_text="An injected fault caused it.")
    faultVersion = serializers.IntegerField(allow_null=True)  # noqa: N815
    beganAt = serializers.DateTimeField()  # noqa: N815
    openedAt = serializers.DateTimeField()  # noqa: N815
    pagedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    acknowledgedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    mitigatedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    resolvedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    quietAt = serializers.DateTimeField(  # noqa: N815
        allow_null=True, help_text="Since when none of its alerts fires."
    )
    owner = serializers.CharField(allow_blank=True)
    commander = serializers.CharField(allow_blank=True)
    scribe = serializers.CharField(allow_blank=True)
    durations = DurationsSerializer()
    alerts = serializers.ListField(child=serializers.CharField())
    firing = serializers.IntegerField(min_value=0, help_text="Alerts that fire now.")


class MemberSerializer(serializers.Serializer[object]):
    """An alert of an incident."""

    name = serializers.CharField()
    slo = serializers.CharField(allow_null=True)
    severity = serializers.ChoiceField(SEVERITIES)
    source = serializers.ChoiceField(get_args(Source))  # type: ignore[assignment]
    fingerprint = serializers.CharField()
    summary = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    value = serializers.FloatField(allow_null=True)
    joinedAt = serializers.DateTimeField()  # noqa: N815
    firedAt = serializers.DateTimeField()  # noqa: N815
    clearedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    times = serializers.IntegerField(min_value=1)
    runbookUrl = serializers.CharField(allow_null=True)  # noqa: N815
    link = serializers.CharField(allow_null=True)


class TimelineSerializer(serializers.Serializer[object]):
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    actor = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    detail = serializers.DictField()


class ToldSerializer(serializers.Serializer[object]):
    """A notification of an incident."""

    id = serializers.IntegerField(min_value=1)
    kind = serializers.CharField()
    channel = serializers.ChoiceField(CHANNELS)
    place = serializers.CharField()
    state = serializers.ChoiceField(
        TOLD_STATES,
        help_text="dead: given up. held: one too many for its place, and not sent.",
    )
    attempts = serializers.IntegerField(min_value=0)
    problem = serializers.CharField(allow_blank=True)
    createdAt = serializers.DateTimeField()  # noqa: N815
    deliveredAt = serializers.DateTimeField(allow_null=True)  # noqa: N815


class NotificationSerializer(ToldSerializer):
    incident = serializers.IntegerField(
        allow_null=True, help_text="Null: of an alert that opens none."
    )
    alerts = serializers.ListField(child=serializers.CharField())


class StepSerializer(serializers.Serializer[object]):
    id = serializers.CharField()
    section = serializers.CharField()
    text = serializers.CharField()
    done = serializers.BooleanField()
    doneBy = serializers.CharField(allow_null=True)  # noqa: N815
    doneAt = serializers.DateTimeField(allow_null=True)  # noqa: N815


class ChecklistSerializer(serializers.Serializer[object]):
    """The steps of one runbook."""

    runbook = serializers.CharField()
    title = serializers.CharField()
    steps = StepSerializer(many=True)


class WholeIncidentSerializer(IncidentSerializer):
    members = MemberSerializer(many=True)
    timeline = TimelineSerializer(
        many=True,
        help_text="Its own lines, and the faults that were in force: the newest 300.",
    )
    timelineLeftOut = serializers.IntegerField(  # noqa: N815
        min_value=0, help_text="Older ones; `/api/incidents/{id}/timeline` has them."
    )
    checklist = ChecklistSerializer(many=True)
    notifications = ToldSerializer(many=True, help_text="The newest 50.")
    notificationsLeftOut = serializers.IntegerField(  # noqa: N815
        min_value=0, help_text="Older ones; `/api/notifications?incident=` has them."
    )
    gameDay = serializers.IntegerField(  # noqa: N815
        allow_null=True,
        help_text="The game day that was under way; a drill is told of once it is over.",
    )


class ActionSerializer(serializers.Serializer[object]):
    comment = Lines()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return optional(super().get_fields())


class ResolveSerializer(serializers.Serializer[object]):
    comment = Lines()
    clear = serializers.BooleanField(
        help_text="Take alerts that still fire for over: their end was lost."
    )

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return optional(super().get_fields())


class CommentSerializer(serializers.Serializer[object]):
    text = SomeLines()


class AssignmentSerializer(serializers.Serializer[object]):
    """At least one of them; an empty name takes one away."""

    owner = Name()
    commander = Name()
    scribe = Name()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return optional(super().get_fields())


@extend_schema_field(
    {
        "type": "string",
        "maxLength": 500,
        "pattern": r"^[^\u0000-\u001f\u007f]*[!-~][^\u0000-\u001f\u007f]*$",
    }
)
class Reason(serializers.Field):  # type: ignore[type-arg]
    """Only described: one line, and not empty."""


@extend_schema_field({**_LINES, "maxLength": 8000})
class Section(serializers.Field):  # type: ignore[type-arg]
    """Only described: Markdown."""


class SectionsSerializer(serializers.Serializer[object]):
    happened = Section()
    impact = Section()
    detection = Section()
    learned = Section()
    published = serializers.BooleanField()

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        return optional(super().get_fields())


class ActionItemSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    text = serializers.CharField()
    owner = serializers.CharField(allow_blank=True)
    dueOn = serializers.DateField(allow_null=True)  # noqa: N815
    done = serializers.BooleanField()
    doneAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    createdBy = serializers.CharField()  # noqa: N815


class PostMortemSerializer(serializers.Serializer[object]):
    """Version 0 is a draft from the record, that nobody has written in yet."""

    incident = serializers.IntegerField(min_value=1)
    version = serializers.IntegerField(min_value=0)
    happened = serializers.CharField(allow_blank=True)
    impact = serializers.CharField(allow_blank=True)
    detection = serializers.CharField(allow_blank=True)
    learned = serializers.CharField(allow_blank=True)
    published = serializers.BooleanField()
    publishedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    updatedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    updatedBy = serializers.CharField(allow_blank=True)  # noqa: N815
    actions = ActionItemSerializer(many=True)


@extend_schema_field({"type": ["string", "null"], "format": "date"})
class Day(serializers.Field):  # type: ignore[type-arg]
    """Only described."""


class AskedActionSerializer(serializers.Serializer[object]):
    text = Reason()
    owner = Name(required=False)
    dueOn = Day(required=False)  # noqa: N815


class SilenceSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    alert = serializers.CharField(allow_blank=True, help_text="Empty matches all.")
    slo = serializers.CharField(allow_blank=True)
    service = serializers.CharField(allow_blank=True)
    maintenance = serializers.BooleanField()
    state = serializers.ChoiceField(SILENCE_STATES)
    startsAt = serializers.DateTimeField()  # noqa: N815
    endsAt = serializers.DateTimeField()  # noqa: N815
    createdBy = serializers.CharField()  # noqa: N815
    endedBy = serializers.CharField(allow_blank=True)  # noqa: N815
    reason = serializers.CharField()


@extend_schema_field(
    {"type": "string", "maxLength": 64, "pattern": r"^[^\u0000-\u001f\u007f]*$"}
)
class Match(serializers.Field):  # type: ignore[type-arg]
    """Only described."""


class AskedSilenceSerializer(serializers.Serializer[object]):
    """Names an alert, an SLO or a service, unless it is a maintenance window."""

    alert = Match(required=False)
    slo = Match(required=False)
    service = Match(required=False)
    maintenance = serializers.BooleanField(default=False)
    startsIn = serializers.IntegerField(  # noqa: N815
        min_value=0, max_value=30 * 86_400, default=0, help_text="Seconds from now."
    )
    seconds = serializers.IntegerField(min_value=1, max_value=30 * 86_400)
    reason = Reason()
