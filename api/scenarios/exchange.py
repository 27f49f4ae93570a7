"""Scenarios in and out of files."""

from __future__ import annotations

import json

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.attachment import attachment
from api.caller import actor
from api.permissions import may
from api.scenarios.parsers import SOURCES
from api.scenarios.serializers import ImportedScenarioSerializer
from api.scenarios.views import NAMED, mistakes_told, named, whole, written
from api.schema_parts import ETAG, LOCATION
from api.view import View
from sre_console.gamedays.chaos_toolkit.exchange import (
    FORMATS,
    scenario_export,
    scenario_import,
)
from sre_console.gamedays.scenarios.shelving import scenario_runnable

_EXPERIMENT = {
    "application/json": {"type": "object", "required": ["title", "method"]},
    "application/yaml": {"type": "string", "description": "The same as YAML."},
}


class ImportView(View):
    permission_classes = (may("console.read", change="scenarios.change"),)
    parser_classes = SOURCES

    @extend_schema(
        operation_id="scenarios_import",
        summary="Keep an experiment of the Chaos Toolkit as a scenario; no code is run",
        request=_EXPERIMENT,
        parameters=[
            OpenApiParameter(
                "name",
                {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
                description="Of the scenario; without it follows from the title.",
            ),
            ETAG,
            LOCATION,
        ],
        responses={201: ImportedScenarioSerializer, 409: None},
    )
    def post(self, request: Request) -> Response:
        with mistakes_told():
            shelved, notes = scenario_import(
                actor=actor(request),
                text=written(request),
                name=request.query_params.get("name", ""),
            )
        answer = whole(shelved, 201)
        answer.data["notes"] = list(notes)
        return answer


class ExportView(View):
    permission_classes = (may("console.read"),)

    @extend_schema(
        operation_id="scenarios_export",
        summary="A scenario as a file",
        parameters=[
            NAMED,
            OpenApiParameter(
                "format",
                {"type": "string", "enum": list(FORMATS), "default": "yaml"},
                description="json is answered in the envelope, the others are files.",
            ),
        ],
        responses={
            (200, "application/yaml"): OpenApiTypes.STR,
            (200, "application/json"): {
                "type": "object",
                "required": ["metadata", "spec"],
            },
            (200, "application/vnd.chaostoolkit+json"): OpenApiTypes.OBJECT,
            404: None,
            409: None,
        },
    )
    def get(self, request: Request, name: str) -> Response:
        shelved = named(name)
        asked = request.query_params.get("format", "yaml")
        found = scenario_runnable(shelved)
        kind, file, text = scenario_export(found, asked, source=shelved.source)
        if asked == "json":
            return Response(json.loads(text))
        if asked != "yaml":
            kind = "application/vnd.chaostoolkit+json"
        return attachment(request, kind, file, text.encode())
