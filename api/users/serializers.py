"""The JSON of a user, and what may be written into it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from api.users.models import User
from ironclad.envelope import timestamp

LONGEST = 255
_CONTROL = r"\u0000-\u001f\u007f-\u009f"
# what the schema says of a name: no control character, and more than blanks
_NAME = {
    "type": "string",
    "minLength": 1,
    "maxLength": LONGEST,
    "pattern": f"^[^{_CONTROL}]*[^{_CONTROL}\\s][^{_CONTROL}]*$",
}


class Text(serializers.CharField):
    """A string and nothing else: DRF would take 5 for "5"."""

    default_error_messages = {
        "invalid": "Send a string.",
        "control": "Control characters are not allowed.",
    }

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        if any(unicodedata.category(character) == "Cc" for character in data):
            self.fail("control")
        return super().to_internal_value(data)


@extend_schema_field(_NAME)
class NameText(Text):
    pass


class EmailText(Text, serializers.EmailField):
    pass


class Moment(serializers.DateTimeField):
    def to_representation(self, value: datetime) -> str:
        return timestamp(value)


class UserSerializer(serializers.ModelSerializer[User]):
    """Field names are the column names. Surrounding blanks are cut off."""

    name = NameText(max_length=LONGEST, min_length=1)
    # unique as well, which the service decides: only the database can, under a race
    email = EmailText(max_length=LONGEST)
    created_at = Moment(read_only=True)
    updated_at = Moment(read_only=True)

    class Meta:
        model = User
        fields = ("id", "name", "email", "created_at", "updated_at")
        read_only_fields = ("id",)

    def to_internal_value(self, data: Mapping[str, Any]) -> Any:
        """Other names are refused, for they are mistakes; what was read may be sent back."""
        problems: dict[str, Any] = dict.fromkeys(
            sorted(set(data) - set(self.fields)), "There is no such field."
        )
        try:
            known = super().to_internal_value(data)
        except serializers.ValidationError as error:
            detail = {**cast("dict[str, Any]", error.detail), **problems}
            raise serializers.ValidationError(detail) from error
        if problems:
            raise serializers.ValidationError(problems)
        return known
