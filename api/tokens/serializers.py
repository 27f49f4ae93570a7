"""The JSON of API tokens."""

from __future__ import annotations

from rest_framework import serializers

from sre_console.access.matrix import SCOPES
from sre_console.accounts.tokens import DEFAULT_DAYS, LONGEST_NAME, MOST_DAYS


class TokenSerializer(serializers.Serializer[object]):
    id = serializers.IntegerField(min_value=1)
    name = serializers.CharField()
    owner = serializers.CharField(source="user.username")
    scopes = serializers.ListField(child=serializers.ChoiceField(SCOPES))
    createdAt = serializers.DateTimeField(source="created_at")  # noqa: N815
    madeBy = serializers.CharField(source="made_by", allow_blank=True)  # noqa: N815
    expiresAt = serializers.DateTimeField(  # noqa: N815
        source="expires_at", allow_null=True, help_text="Null: never."
    )
    lastUsedAt = serializers.DateTimeField(  # noqa: N815
        source="last_used_at", allow_null=True, help_text="To the minute. Null: never."
    )
    lastUsedFrom = serializers.CharField(  # noqa: N815
        source="last_used_from", allow_blank=True, help_text="The network."
    )


class AskedTokenSerializer(serializers.Serializer[object]):
    """Only described: the service judges it."""

    name = serializers.CharField(
        max_length=LONGEST_NAME, help_text="What it is for; unique among its owner's."
    )
    scopes = serializers.ListField(
        child=serializers.ChoiceField(SCOPES),
        min_length=1,
        max_length=len(SCOPES),
        required=False,
        help_text="Only read without it.",
    )
    days = serializers.IntegerField(
        min_value=1, max_value=MOST_DAYS, default=DEFAULT_DAYS, required=False
    )
    owner = serializers.CharField(
        max_length=150,
        required=False,
        help_text="A service; an administrator's to give.",
    )


class MadeTokenSerializer(TokenSerializer):
    token = serializers.CharField(help_text="The secret, told this once.")
