"""/api/scenarios: the library, a team's own scenarios, and what each would do now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from django.utils.http import parse_etags
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from api.caller import actor
from api.pagination import EnvelopePagination
from api.permissions import may
from api.scenarios.parsers import SOURCES
from api.scenarios.serializers import (
    AskedForecastSerializer,
    OutlookSerializer,
    ScenarioSerializer,
    WholeScenarioSerializer,
)
from api.schema_parts import ETAG, LOCATION, conditional
from api.view import View
from ironclad.errors import FieldsInvalid, NotFound
from sre_console.gamedays.running.asked import forecast_asked
from sre_console.gamedays.scenarios.library import (
    Shelved,
    scenario_find,
    scenarios_read,
)
from sre_console.gamedays.scenarios.problems import Problem, ScenarioInvalid
from sre_console.gamedays.scenarios.reading import NAME
from sre_console.gamedays.scenarios.shelving import (
    scenario_delete,
    scenario_runnable,
    scenario_store,
    scenario_tag,
)
from sre_console.gamedays.telling.outlook import outlook_json, outlook_of
from sre_console.gamedays.telling.scenario_telling import (
    PROBLEMS_MOST,
    runs_last,
    scenario_brief,
    scenario_json,
)

NAMED = OpenApiParameter(
    "name",
    {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]{0,62}$"},
    OpenApiParameter.PATH,
)
# Judged by the reading: the description of a scenario is a JSON schema of its own.
_WRITTEN = {"type": "string", "description": "YAML or JSON, at most 256 KiB."}
_SOURCE = {
    "application/yaml": _WRITTEN,
    "application/json": {"type": "object", "required": ["apiVersion", "kind", "metadata", "spec"]},
}  # fmt: skip


def named(name: str) -> Shelved:
    """Raises NotFound, also for what could be the name of none."""
    if not NAME.fullmatch(name):
        raise NotFound
    return scenario_find(name)


@contextmanager
def mistakes_told() -> Iterator[None]:
    """Every mistake in a scenario is one error, whose field is its place."""
    try:
        yield
    except ScenarioInvalid as invalid:
        told = [
            (_place(each), each.message) for each in invalid.problems[:PROBLEMS_MOST]
        ]
        raise FieldsInvalid(told) from invalid


def _place(problem: Problem) -> str | None:
    line = f"line {problem.line}" if problem.line else ""
    return ": ".join(part for part in (line, problem.path) if part) or None


def written(request: Request) -> str:
    """The body as text; empty where there is none."""
    return str(request.data.get("source", ""))


def whole(shelved: Shelved, status: int = 200) -> Response:
    last = runs_last([shelved.name]).get(shelved.name)
    headers = {"ETag": scenario_tag(shelved.source)}
    if status == 201:  # noqa: PLR2004
        headers["Location"] = f"/api/scenarios/{shelved.name}"
    return Response(scenario_json(shelved, last), status=status, headers=headers)


def _tags(request: Request) -> Sequence[str] | None:
    """What If-Match names; None where any state will do."""
    sent = request.META.get("HTTP_IF_MATCH")
    return None if sent is None or sent.strip() == "*" else parse_etags(sent)


class ScenariosView(View):
    permission_classes = (may("console.read"),)
    pagination_class = EnvelopePagination

    @extend_schema(
        operation_id="scenarios_list",
        summary="The library: those that ship, then a team's own",
        responses={200: ScenarioSerializer(many=True)},
    )
    def get(self, request: Request) -> Response:
        pages = EnvelopePagination()
        page = pages.paginate_list(scenarios_read(), request)
        last = runs_last([shelved.name for shelved in page])
        return pages.get_paginated_response(
            [scenario_brief(shelved, last.get(shelved.name)) for shelved in page]
        )


class ScenarioView(View):
    permission_classes = (may("console.read", change="scenarios.change"),)
    parser_classes = SOURCES

    @extend_schema(
        operation_id="scenarios_read",
        summary="A scenario as it is written, and as it was read",
        parameters=[NAMED, ETAG],
        responses={200: WholeScenarioSerializer, 404: None},
    )
    def get(self, request: Request, name: str) -> Response:
        return whole(named(name))

    @extend_schema(
        operation_id="scenarios_write",
        summary="Keep a scenario of your own; mistakes are told by line and place",
        request=_SOURCE,
        parameters=[NAMED, ETAG, LOCATION, *conditional("If-Match")],
        responses={
            200: WholeScenarioSerializer, 201: WholeScenarioSerializer,
            404: None, 409: None, 412: None,
        },
    )  # fmt: skip
    def put(self, request: Request, name: str) -> Response:
        if not NAME.fullmatch(name):
            raise NotFound
        with mistakes_told():
            shelved, new = scenario_store(
                actor=actor(request),
                source=written(request),
                name=name,
                matches=_tags(request),
            )
        return whole(shelved, 201 if new else 200)

    @extend_schema(
        operation_id="scenarios_delete",
        summary="Delete a scenario of your own; its runs stay",
        parameters=[NAMED, *conditional("If-Match")],
        responses={204: None, 404: None, 409: None, 412: None},
    )
    def delete(self, request: Request, name: str) -> Response:
        if not NAME.fullmatch(name):
            raise NotFound
        scenario_delete(actor=actor(request), name=name, matches=_tags(request))
        return Response(status=204)


class ForecastView(View):
    permission_classes = (may("console.read", change="game_days.start"),)

    @extend_schema(
        operation_id="scenarios_forecast",
        summary="A dry run: what it would do, and what would refuse a start now",
        request=AskedForecastSerializer,
        parameters=[NAMED],
        responses={200: OutlookSerializer, 404: None, 409: None},
    )
    def post(self, request: Request, name: str) -> Response:
        found = scenario_runnable(named(name))
        speed, seed = forecast_asked(request.data)
        by = actor(request)
        return Response(
            outlook_json(outlook_of(found, actor=by, speed=speed, seed=seed))
        )
