"""The base of every view: what all of them do before and after their own work."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.caller import address, caller, short_hash
from api.envelope import EnvelopeRenderer, OneRenderer
from api.facts import facts, from_edge
from api.limits import limit, limit_address
from ironclad.errors import AuthenticationRequired


class FailsInEnvelope(APIView):
    """For views whose good answers are something else: a page, a document."""

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        if response.exception:
            request.accepted_renderer = EnvelopeRenderer()
            request.accepted_media_type = EnvelopeRenderer.media_type
        return super().finalize_response(request, response, *args, **kwargs)


class View(FailsInEnvelope):
    content_negotiation_class = OneRenderer
    limited: ClassVar[bool] = True  # off only for what must work in an emergency

    def initialize_request(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> Request:
        # DRF takes a body without a Content-Length (chunked) for none at all.
        if not request.META.get("CONTENT_LENGTH") and "scope" in request.__dict__:
            request.META["CONTENT_LENGTH"] = str(len(request.body))
        return super().initialize_request(request, *args, **kwargs)

    def perform_authentication(self, request: Request) -> None:
        try:
            super().perform_authentication(request)
        except AuthenticationRequired as error:
            error.auth_header = self.get_authenticate_header(request)  # type: ignore[attr-defined]
            limit_address(request)  # or tokens could be guessed at full speed
            raise
        known = caller(request)
        facts(request).caller = known.key if known else short_hash(address(request))
        counted = getattr(request, "ironclad_counted", False)
        if (self.limited or known is None) and not counted:
            request.ironclad_counted = True  # type: ignore[attr-defined]
            limit(request)  # once a request, however often it is tried

    def options(  # type: ignore[override]
        self,
        request: Request,  # noqa: ARG002
        *args: Any,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> Response:
        return Response(status=204)  # DRF adds Allow

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "no-cache")
        if from_edge(request) is None:
            response["X-Request-ID"] = facts(request).request_id
        return response
