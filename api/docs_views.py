"""/api/schema and /api/docs."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, Literal

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


_making = threading.Lock()


@cache
def _written(form: Literal["json", "yaml"]) -> bytes:
    kind = OpenApiJsonRenderer if form == "json" else OpenApiYamlRenderer
    body: bytes = kind().render(document())
    return body


class _Once:
    """The one document as it was written first: whoever asks, costs no more than its bytes."""

    form: Literal["json", "yaml"]

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,  # noqa: ARG002
        renderer_context: Mapping[str, Any] | None = None,  # noqa: ARG002
    ) -> bytes:
        if data is None:
            return b""
        with _making:
            return _written(self.form)


class JsonOnce(_Once, OpenApiJsonRenderer):
    form = "json"


class YamlOnce(_Once, OpenApiYamlRenderer):
    form = "yaml"


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
    renderer_classes = (JsonOnce, YamlOnce)

    def get(self, _request: Request) -> Response:
        return Response(document())


class DocsView(FailsInEnvelope, SpectacularSwaggerSplitView):
    authentication_classes = ()
    permission_classes = (Everybody,)
    template_name = "api/docs.html"
    url = "/api/schema"
