"""The base of every view: what all of them do before and after their own work."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import HttpRequest
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.caller import Caller, address, caller, short_hash
from api.envelope import EnvelopeRenderer, OneRenderer
from api.facts import facts, from_edge
from api.limits import limit, limit_address
from ironclad.errors import AuthenticationRequired, MalformedRequest

# Addresses are kept: in histories, in logs of proxies, in what is sent on to others.
_SECRETS = ("token", "access_token", "api_key", "authorization")


class FailsInEnvelope(APIView):
    """For views whose good answers are something else: a page, a document."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        if any(name.lower() in _SECRETS for name in request.query_params):
            message = (
                "A token does not belong in an address: send it in the header "
                "Authorization: Bearer <token>, and revoke the one that was in it."
            )
            raise MalformedRequest(message)
        super().initial(request, *args, **kwargs)

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
        response.headers.setdefault("Cache-Control", _kept(request, response))
        if from_edge(request) is None:
            response["X-Request-ID"] = facts(request).request_id
        return response


def _kept(request: Request, response: Response) -> str:
    """What somebody known is told is theirs alone, and kept only where it is asked for again.

    After a sign-out nothing of it is left on the disk of a browser or in a proxy.
    """
    # not by the property: that would look who it is where nobody has yet
    if not isinstance(request.__dict__.get("_auth"), Caller):
        return "no-cache"
    return "private, no-cache" if "ETag" in response else "private, no-store"
