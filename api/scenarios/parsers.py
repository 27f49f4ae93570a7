"""A scenario's source as it is sent: text, which `sre_console.gamedays` reads with its lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from django.http.multipartparser import parse_header_parameters  # type: ignore[attr-defined]
from rest_framework.parsers import BaseParser

from ironclad.errors import MalformedRequest, PayloadTooLarge, UnsupportedMediaType

MOST_BYTES = 256 * 1024


class SourceParser(BaseParser):
    """YAML or JSON in UTF-8; both are one text here, so that a mistake is told by its line.

    Raises PayloadTooLarge, UnsupportedMediaType for another charset, MalformedRequest.
    """

    media_type = "application/yaml"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> dict[str, str]:
        _, options = parse_header_parameters(media_type or "")
        if options.get("charset", "utf-8").lower() not in {"utf-8", "utf8"}:
            raise UnsupportedMediaType
        raw = stream.read(MOST_BYTES + 1)
        if len(raw) > MOST_BYTES:
            message = f"A scenario may have {MOST_BYTES // 1024} KiB at most."
            raise PayloadTooLarge(message)
        try:
            return {"source": str(raw, "utf-8-sig")}
        except UnicodeDecodeError as error:
            message = "The body is not UTF-8."
            raise MalformedRequest(message) from error


class JsonSourceParser(SourceParser):
    media_type = "application/json"


class OldYamlSourceParser(SourceParser):
    """The name that was in use before RFC 9512 gave it one."""

    media_type = "application/x-yaml"


class TextSourceParser(SourceParser):
    media_type = "text/plain"


SOURCES = (SourceParser, JsonSourceParser, OldYamlSourceParser, TextSourceParser)
