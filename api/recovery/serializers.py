"""The JSON of backups and restores, described. Sizes are bytes, moments wall time."""

from __future__ import annotations

from rest_framework import serializers

from sre_console.models.recovery import STATES
from sre_console.recovery.listing import BACKUP_KINDS, RESTORE_KINDS


def _bytes(told: str = "") -> serializers.IntegerField:
    help_text = told or "Null: nobody has measured it."
    return serializers.IntegerField(min_value=0, allow_null=True, help_text=help_text)


class BackupSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(BACKUP_KINDS)
    repository = serializers.CharField()
    state = serializers.ChoiceField(STATES)
    reason = serializers.CharField(allow_blank=True, help_text="Of one that failed.")
    startedAt = serializers.DateTimeField()  # noqa: N815
    endedAt = serializers.DateTimeField()  # noqa: N815
    seconds = serializers.FloatField(help_text="That it took.")
    sizeBytes = _bytes("Of the cluster's files.")  # noqa: N815
    storedBytes = _bytes("In the repository.")  # noqa: N815
    walStart = serializers.CharField(allow_null=True)  # noqa: N815
    walStop = serializers.CharField(allow_null=True)  # noqa: N815
    by = serializers.CharField(allow_blank=True)
    goneAt = serializers.DateTimeField(  # noqa: N815
        allow_null=True, help_text="When it was seen to be no longer in the repository."
    )
    auditSubject = serializers.CharField()  # noqa: N815

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # the name is taken
        label = serializers.CharField(help_text="Unique in its repository.")
        return {**super().get_fields(), "label": label}


class RestoreSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    kind = serializers.ChoiceField(RESTORE_KINDS)
    repository = serializers.CharField()
    target = serializers.CharField(help_text="latest, a moment, or a restore point.")
    state = serializers.ChoiceField(STATES)
    reason = serializers.CharField(allow_blank=True, help_text="Of one that failed.")
    startedAt = serializers.DateTimeField()  # noqa: N815
    endedAt = serializers.DateTimeField()  # noqa: N815
    recoverySeconds = serializers.FloatField(  # noqa: N815
        allow_null=True, help_text="Until it answered: the RTO that was achieved."
    )
    reachedAt = serializers.DateTimeField(  # noqa: N815
        allow_null=True, help_text="The newest commit that is in it."
    )
    lostSeconds = serializers.FloatField(  # noqa: N815
        allow_null=True, help_text="Of commits that are not: the RPO that was achieved."
    )
    sizeBytes = _bytes("Of the restored files.")  # noqa: N815
    walBytes = _bytes("Replayed.")  # noqa: N815
    metPromise = serializers.BooleanField(  # noqa: N815
        allow_null=True, help_text="Null: it was not measured, or did not come about."
    )
    metAim = serializers.BooleanField(allow_null=True)  # noqa: N815
    by = serializers.CharField(allow_blank=True)
    auditSubject = serializers.CharField()  # noqa: N815

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # the name is taken
        label = serializers.CharField(
            allow_blank=True, help_text="The backup it began from."
        )
        return {**super().get_fields(), "label": label}


class CheckSerializer(serializers.Serializer[object]):
    name = serializers.CharField(allow_blank=True)
    passed = serializers.BooleanField()
    told = serializers.CharField(allow_blank=True)


class SideSerializer(serializers.Serializer[object]):
    rows = serializers.IntegerField(allow_null=True)
    newest = serializers.CharField(allow_blank=True, help_text="Its newest moment.")


class CountedSerializer(serializers.Serializer[object]):
    table = serializers.CharField()
    restored = SideSerializer()
    same = serializers.BooleanField(
        allow_null=True,
        help_text="As the validation has judged. Null: one of them was not counted.",
    )
    why = serializers.CharField(allow_blank=True)

    def get_fields(self) -> dict[str, serializers.Field]:  # type: ignore[type-arg]
        # the name is taken
        return {**super().get_fields(), "source": SideSerializer()}


class RestoreWholeSerializer(RestoreSerializer):
    checks = CheckSerializer(many=True)
    counts = CountedSerializer(many=True)
