"""JSON, read strictly: what another reader could take differently is refused."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from typing import IO, Any

from django.conf import settings
from django.http.multipartparser import parse_header_parameters  # type: ignore[attr-defined]
from rest_framework.parsers import BaseParser

from ironclad.errors import (
    FieldsInvalid,
    MalformedRequest,
    PayloadTooLarge,
    UnsupportedMediaType,
    ValidationFailed,
)

_DEEPEST = 16  # levels of nesting; ours have two
_LONGEST_NUMBER = 40  # characters


class StrictJSONParser(BaseParser):
    """A JSON object in UTF-8, at most `BODY_LIMIT` bytes.

    Raises MalformedRequest for what is no JSON, holds a key twice or nests too deep;
    ValidationFailed, naming the field, for a value no field can hold: a NUL, half a surrogate pair, NaN,
    a number without end. Python's reader takes all of these by default.
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        _, options = parse_header_parameters(media_type or "")
        if options.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise UnsupportedMediaType
        raw = stream.read(settings.BODY_LIMIT + 1)
        if len(raw) > settings.BODY_LIMIT:
            raise PayloadTooLarge
        return read(raw)


def read(raw: bytes) -> dict[str, Any]:
    try:
        value = json.loads(
            raw.decode("utf-8"),
            object_pairs_hook=_once_each,
            parse_int=_integer,
        )
    except UnicodeDecodeError as error:
        message = "The body is not UTF-8."
        raise MalformedRequest(message) from error
    except RecursionError as error:
        message = "The body nests too deep."
        raise MalformedRequest(message) from error
    except ValueError as error:
        message = "The body is not JSON."
        raise MalformedRequest(message) from error
    if not isinstance(value, dict):
        message = "Send a JSON object."
        raise ValidationFailed(message)
    problems = list(_problems(value, "", 1))
    if problems:
        raise FieldsInvalid(problems)
    return value


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        message = "A key is there twice."
        raise MalformedRequest(message)
    return found


def _integer(text: str) -> int | float:
    # thousands of digits take long to read and fit nowhere
    return int(text) if len(text) <= _LONGEST_NUMBER else math.inf


def _problems(value: Any, path: str, depth: int) -> Iterator[tuple[str | None, str]]:
    if depth > _DEEPEST:
        message = "The body nests too deep."
        raise MalformedRequest(message)
    if isinstance(value, dict):
        for key, inner in value.items():
            if not _storable(key):
                message = "A key holds a character that is not allowed."
                raise MalformedRequest(message)
            yield from _problems(inner, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _problems(inner, path, depth + 1)
    elif isinstance(value, str) and not _storable(value):
        yield path, "It holds a character that is not allowed."
    elif isinstance(value, float) and not math.isfinite(value):
        yield path, "Send a finite number."


def _storable(text: str) -> bool:
    """Whether PostgreSQL and UTF-8 can hold it."""
    return "\0" not in text and not any("\ud800" <= c <= "\udfff" for c in text)
