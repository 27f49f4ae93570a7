"""The envelope as a DRF renderer. Views answer bare data; nothing else builds envelopes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.facts import duration_ms, facts
from ironclad import envelope

_READS = {"GET", "HEAD"}
_WITHOUT_BODY = {HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED}


class MetaResponse(Response):
    """A response whose `meta` says more than every answer's does."""

    more_meta: Mapping[str, object] = {}
    snapshot = ""  # of the one statement that has read its data


class Encoded(bytes):
    """Data that is JSON already: the database has built it."""


class EnvelopeRenderer(BaseRenderer):
    """Wraps what a view or `api.errors.handle` answered.

    A response with `exception` set carries the `errors` list as its data.
    """

    media_type = "application/json"
    format = "json"
    charset = None  # JSON is UTF-8; RFC 8259 defines no charset parameter

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        context = renderer_context or {}
        response, request = context["response"], context["request"]
        if response.status_code in _WITHOUT_BODY:
            return b""
        known = facts(request)
        if response.exception:
            meta = envelope.meta(known.request_id, duration_ms(request))
            return envelope.encode({"data": None, "meta": meta, "errors": data})
        encoded = data if isinstance(data, Encoded) else envelope.encode(data)
        more = {
            name: envelope.encode(value)
            for name, value in getattr(response, "more_meta", {}).items()
        }
        if request.method in _READS:
            known.snapshot = getattr(response, "snapshot", "") or known.snapshot
        meta = envelope.meta(known.request_id, duration_ms(request))
        return envelope.joined(encoded, meta, more)


class OneRenderer(BaseContentNegotiation):
    """Answers with the view's first renderer, whatever `Accept` asks for.

    An error in the wrong media type helps a client more than a bare 406.
    """

    def select_parser(
        self, request: Request, parsers: Iterable[BaseParser]
    ) -> BaseParser | None:
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == sent), None)

    def select_renderer(
        self,
        request: Request,  # noqa: ARG002
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002
    ) -> tuple[BaseRenderer, str]:
        first = next(iter(renderers))
        return first, str(first.media_type)
