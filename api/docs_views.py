"""/api/schema and /api/docs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularSwaggerSplitView
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from api.envelope import OneRenderer
from api.permissions import Everybody
from api.view import FailsInEnvelope, View


@cache
def document() -> dict[str, Any]:
    """The description; it depends on nothing a request brings, and takes a while to make."""
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    return dict(generator.get_schema(request=None, public=True))


class _JsonUnlessYaml(OneRenderer):
    """YAML for those who ask for it, by `Accept` or `?format=yaml`."""

    def select_renderer(
        self,
        request: Request,
        renderers: Iterable[BaseRenderer],
        format_suffix: str | None = None,  # noqa: ARG002
    ) -> tuple[BaseRenderer, str]:
        asked = request.query_params.get("format", "")
        yaml = asked == "yaml" or "yaml" in request.META.get("HTTP_ACCEPT", "")
        chosen = list(renderers)[1 if yaml and asked != "json" else 0]
        return chosen, str(chosen.media_type)


@extend_schema(exclude=True)
class SchemaView(View):
    authentication_classes = ()
    permission_classes = (Everybody,)
    content_negotiation_class = _JsonUnlessYaml
    renderer_classes = (OpenApiJsonRenderer, OpenApiYamlRenderer)

    def get(self, _request: Request) -> Response:
        return Response(document())


class DocsView(FailsInEnvelope, SpectacularSwaggerSplitView):
    authentication_classes = ()
    permission_classes = (Everybody,)
    template_name = "api/docs.html"
    url = "/api/schema"
