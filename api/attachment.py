"""Answers that are files, and so outside the envelope."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response


class _AsItIs(BaseRenderer):
    media_type = "application/octet-stream"
    format = "file"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        body: bytes = data
        return body


def attachment(request: Request, kind: str, name: str, body: bytes) -> Response:
    """A file to keep: it is never shown in the browser, whatever is in it."""
    request.accepted_renderer = _AsItIs()
    request.accepted_media_type = kind
    return Response(
        body,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
