"""What `/api/schema` promises, against what the code does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.urls import URLPattern

from api.docs_views import document
from api.schema_parts import codes
from api.urls import urlpatterns

METHODS = {"get", "post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    return document()


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def resolved(schema: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        part = schema["components"]["schemas"][part["$ref"].rsplit("/", 1)[1]]
    return part


def bodies(
    schema: dict[str, Any], operation: dict[str, Any]
) -> Iterator[tuple[int, Any]]:
    for status, response in operation["responses"].items():
        for kind, media in response.get("content", {}).items():
            if kind == "application/json":  # the others are files
                yield int(status), resolved(schema, media["schema"])


def test_every_address_is_described_once(schema: dict[str, Any]) -> None:
    known = {f"/api/{address.pattern}" for address in _addresses(urlpatterns)}
    described = {
        path.replace("{id}", "<id32:id>")
        .replace("{rate}", "<str:rate>")
        .replace("{ms}", "<str:ms>")
        .replace("{name}", "<str:name>")
        .replace("{action}", "<id32:action>")
        for path in schema["paths"]
    }
    undescribed = {"/api/schema", "/api/docs"}
    assert {path.rstrip("/") for path in known} - undescribed == described - {"/health"}


def _addresses(patterns: Any) -> Iterator[URLPattern]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        else:
            yield from _addresses(pattern.url_patterns)


def test_every_body_is_the_envelope(schema: dict[str, Any]) -> None:
    for name, operation in operations(schema):
        for status, body in bodies(schema, operation):
            expected = (
                {"data", "meta"}
                if status < 400 or name == "GET /health"
                else {"data", "meta", "errors"}
            )
            assert set(body["required"]) == expected, (name, status)


def test_every_failure_names_the_codes_of_its_status(schema: dict[str, Any]) -> None:
    for name, operation in operations(schema):
        if name == "GET /health":
            continue
        for status, body in bodies(schema, operation):
            if status >= 400:
                item = body["properties"]["errors"]["items"]
                assert item["properties"]["code"]["enum"] == codes()[status], name


def test_what_every_operation_may_answer_is_told(schema: dict[str, Any]) -> None:
    for name, operation in operations(schema):
        if name == "GET /health":
            continue
        told = set(operation["responses"])
        assert told >= {"400", "401", "403", "429", "500", "503", "504"}, name
        if "requestBody" in operation:
            assert told >= {"413", "415"}, name
        assert "Retry-After" in operation["responses"]["429"]["headers"]
        assert "Retry-After" in operation["responses"]["503"]["headers"]
        for status, answer in operation["responses"].items():
            limits = {"RateLimit", "RateLimit-Policy"} & set(answer["headers"])
            assert len(limits) == (2 if status < "500" else 0), (name, status)


def test_lists_tell_their_pages(schema: dict[str, Any]) -> None:
    body = dict(bodies(schema, schema["paths"]["/api/users"]["get"]))[200]
    assert resolved(schema, body["properties"]["data"])["type"] == "array"
    assert "Pagination" in str(body["properties"]["meta"])


def test_conditional_requests_are_told(schema: dict[str, Any]) -> None:
    single = schema["paths"]["/api/users/{id}"]
    for method in ("put", "patch", "delete"):
        names = {p["name"] for p in single[method]["parameters"] if p["in"] == "header"}
        assert "If-Match" in names
        assert "412" in single[method]["responses"]
    assert "ETag" in single["get"]["responses"]["200"]["headers"]
    assert "content" not in single["delete"]["responses"]["204"]
    assert (
        "Location"
        in schema["paths"]["/api/users"]["post"]["responses"]["201"]["headers"]
    )


def test_who_may_ask_is_told(schema: dict[str, Any]) -> None:
    assert {} in schema["paths"]["/api/slo"]["get"]["security"]
    for method in ("get", "post"):
        assert {} not in schema["paths"]["/api/chaos"][method]["security"]
