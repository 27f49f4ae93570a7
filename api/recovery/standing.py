"""The JSON of /api/recovery, described."""

from __future__ import annotations

from rest_framework import serializers

from api.recovery.serializers import BackupSerializer, RestoreSerializer
from sre_console.recovery.judging import ANSWERS, CODES


class FindingSerializer(serializers.Serializer[object]):
    code = serializers.ChoiceField(CODES)
    grave = serializers.BooleanField(
        help_text="A restore may not come about, or not in time."
    )


class RecoveryTargetSerializer(serializers.Serializer[object]):
    recoverySeconds = serializers.FloatField()  # noqa: N815
    lostSeconds = serializers.FloatField()  # noqa: N815


class RecoveryTargetsSerializer(serializers.Serializer[object]):
    promised = RecoveryTargetSerializer()
    aimed = RecoveryTargetSerializer()


class ArchivingSerializer(serializers.Serializer[object]):
    state = serializers.ChoiceField(("off", "working", "failing"))
    failingSeconds = serializers.FloatField(  # noqa: N815
        allow_null=True,
        help_text="Since the log should have been archived, and was not.",
    )
    archivedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    archivedWal = serializers.CharField(allow_null=True)  # noqa: N815
    failedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    failedWal = serializers.CharField(allow_null=True)  # noqa: N815


class RestorableSerializer(serializers.Serializer[object]):
    to = serializers.DateTimeField(allow_null=True)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # `from` is a keyword
        first = serializers.DateTimeField(allow_null=True)
        return {**super().get_fields(), "from": first}


class ExposureSerializer(serializers.Serializer[object]):
    """What would be lost at most if the volume were lost now."""

    seconds = serializers.FloatField(min_value=0)
    through = serializers.ChoiceField(
        ("replica", "archive", "backup"), help_text="What has the rest."
    )


class RepositorySerializer(serializers.Serializer[object]):
    repository = serializers.CharField()
    seenAt = serializers.DateTimeField()  # noqa: N815
    usedBytes = serializers.IntegerField(allow_null=True)  # noqa: N815
    freeBytes = serializers.IntegerField(allow_null=True)  # noqa: N815
    earliestAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    newestWal = serializers.CharField(allow_null=True)  # noqa: N815
    missingWal = serializers.IntegerField(  # noqa: N815
        help_text="Segments that a restore would miss."
    )
    complaint = serializers.CharField(allow_blank=True)


class ReplicaLagSerializer(serializers.Serializer[object]):
    name = serializers.CharField()
    connected = serializers.BooleanField()
    lagBytes = serializers.IntegerField(  # noqa: N815
        allow_null=True, help_text="Null: it can never follow again."
    )
    lagSeconds = serializers.FloatField()  # noqa: N815


class DueDrillSerializer(serializers.Serializer[object]):
    scenario = serializers.CharField()
    passedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    due = serializers.DateTimeField(allow_null=True, help_text="Null: now.")
    overdue = serializers.BooleanField()


class RecoverySerializer(serializers.Serializer[object]):
    answer = serializers.ChoiceField(
        ANSWERS,
        help_text="Whether a recovery would come about: nothing says that there is no backup.",
    )
    findings = FindingSerializer(many=True, help_text="The gravest first.")
    targets = RecoveryTargetsSerializer()
    backup = BackupSerializer(
        allow_null=True, help_text="The newest good one of PostgreSQL's files."
    )
    backupAgeSeconds = serializers.FloatField(allow_null=True)  # noqa: N815
    dump = BackupSerializer(allow_null=True)
    archiving = ArchivingSerializer()
    restorable = RestorableSerializer()
    exposure = ExposureSerializer(allow_null=True)
    repositories = RepositorySerializer(many=True)
    replicas = ReplicaLagSerializer(many=True)
    validation = RestoreSerializer(
        allow_null=True, help_text="The newest, good or not."
    )
    validated = RestoreSerializer(allow_null=True, help_text="The newest good one.")
    validationDue = serializers.DateTimeField(  # noqa: N815
        allow_null=True, help_text="Null: now."
    )
    drills = DueDrillSerializer(many=True)
