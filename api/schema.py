"""The OpenAPI description of what is really answered: the envelope, and every failure."""

from __future__ import annotations

from typing import Any

from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent

from api import schema_parts as parts
from api.permissions import Everybody, PublicOrMatrix

_JSON = "application/json"
_ALWAYS = (400, 429, 500, 503, 504)
_SERVER_ERROR = 500
_WITH_BODY = (413, 415)
_WITH_CALLER = (401, 403)
_BODIES = ("POST", "PUT", "PATCH")
_DESCRIPTIONS = {
    200: "Done.",
    201: "Made.",
    202: "Ordered.",
    204: "Done; there is nothing to tell.",
    304: "Nothing has changed.",
    400: "The request or a value in it is not valid.",
    401: "Nobody, or nobody known, is asking.",
    403: "The caller may not do this.",
    404: "There is nothing here.",
    409: "It conflicts with what is there.",
    412: "It has changed since it was read.",
    413: "The body is too large.",
    415: "The body is not JSON.",
    429: "The caller asks too often.",
    500: "It failed in the server, or was made to fail on purpose.",
    503: "The service or its database is not available.",
    504: "It took too long.",
}


class EnvelopeSchema(AutoSchema):
    def get_tags(self) -> list[str]:
        return [self.path.split("/")[2]]  # /api/<tag>/…

    def get_description(self) -> str:  # type: ignore[override]
        """Only what was written for a caller: a view's docstring is for who reads the code."""
        described = getattr(self.view, self.method.lower(), None)
        return str(getattr(described, "__doc__", "") or "").strip()

    def get_auth(self) -> list[dict[str, list[str]]]:
        needed: list[dict[str, list[str]]] = [{"bearer": []}, {"session": []}]
        public = (Everybody, PublicOrMatrix)
        if any(isinstance(one, public) for one in self.view.get_permissions()):
            needed.append({})
        return needed

    def _get_response_bodies(self, direction: str = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)  # type: ignore[arg-type]
        for status in self._failures():
            bodies[str(status)] = self._get_response_for_code(None, str(status))
        return dict(sorted(bodies.items()))

    def _failures(self) -> list[int]:
        failures = list(_ALWAYS) + list(_WITH_CALLER)
        # Asked of the others, the generator would say that it cannot guess.
        if self.method in _BODIES and self.get_request_serializer():
            failures += _WITH_BODY
        if "{id}" in self.path:
            failures.append(404)
        return failures

    def _get_response_for_code(
        self,
        serializer: Any,
        status_code: str,
        media_types: list[str] | None = None,
        direction: str = "response",
    ) -> dict[str, Any]:
        status = int(status_code)
        if status >= 400:  # noqa: PLR2004
            response = self._failure(status)
            response["headers"] = self._get_response_headers_for_code(status_code)
        else:
            response = super()._get_response_for_code(  # type: ignore[no-untyped-call]
                serializer, status_code, media_types, direction
            )
            for kind, media in response.get("content", {}).items():
                if kind != _JSON:
                    continue  # a file
                self._shared_components()
                paged = self._is_list_view(serializer)
                media["schema"] = parts.envelope(media["schema"], paged=paged)
        response["description"] = _DESCRIPTIONS[status]
        return response

    def _failure(self, status: int) -> dict[str, Any]:
        self._shared_components()
        name = f"Failure{status}"
        reference = self._component(name, parts.failure(status))
        return {"content": {_JSON: {"schema": reference}}}

    def _get_response_headers_for_code(
        self, status_code: str, direction: str = "response"
    ) -> dict[str, Any]:
        headers = super()._get_response_headers_for_code(status_code, direction) or {}
        headers["X-Request-ID"] = {
            "schema": {"type": "string"},
            "description": "The same as meta.requestId.",
        }
        if int(status_code) < _SERVER_ERROR:
            headers |= parts.RATE_LIMIT
        if status_code in {"429", "503"}:
            headers["Retry-After"] = {
                "schema": {"type": "integer", "minimum": 1},
                "description": "Seconds to wait.",
            }
        if status_code == "401":
            headers["WWW-Authenticate"] = {"schema": {"type": "string"}}
        return headers

    def _shared_components(self) -> None:
        self._component("Meta", parts.META)
        self._component("Pagination", parts.PAGINATION)

    def _component(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name=name, type=ResolvedComponent.SCHEMA, schema=schema, object=name
        )
        self.registry.register_on_missing(component)
        return component.ref
