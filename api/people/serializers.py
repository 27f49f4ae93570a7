"""The JSON of people and services."""

from __future__ import annotations

from rest_framework import serializers

from sre_console.access.matrix import ROLES

KINDS = ("person", "service")


class PersonSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    name = serializers.CharField()
    kind = serializers.ChoiceField(KINDS)
    owner = serializers.CharField(
        allow_blank=True, help_text="Who answers for a service."
    )
    role = serializers.ChoiceField(
        (*ROLES, ""), help_text="Empty: none, and nothing may be done."
    )
    active = serializers.BooleanField()
    superuser = serializers.BooleanField()
    secondFactor = serializers.BooleanField()  # noqa: N815
    lastUsedAt = serializers.DateTimeField(allow_null=True)  # noqa: N815
    sessions = serializers.IntegerField(min_value=0)
    tokens = serializers.IntegerField(min_value=0, help_text="Live ones.")


class AskedPersonSerializer(serializers.Serializer[object]):
    """Only described: the services judge it."""

    name = serializers.CharField(max_length=150)
    role = serializers.ChoiceField(ROLES)
    kind = serializers.ChoiceField(KINDS, required=False)
    owner = serializers.CharField(
        max_length=150, required=False, help_text="Of a service: who answers for it."
    )
    purpose = serializers.CharField(
        max_length=200, required=False, allow_blank=True, help_text="Of a service."
    )


class AddedPersonSerializer(PersonSerializer):
    password = serializers.CharField(
        allow_null=True,
        help_text="To begin with, told this once; null for a service.",
    )


class ChangedPersonSerializer(serializers.Serializer[object]):
    role = serializers.ChoiceField(ROLES, required=False, allow_null=True)
    active = serializers.BooleanField(required=False)
    owner = serializers.CharField(max_length=150, required=False)
