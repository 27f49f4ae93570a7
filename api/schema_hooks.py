"""What the OpenAPI generator cannot see by itself."""

from __future__ import annotations

from typing import Any

from api import schema_parts as parts
from api.chaos.serializers import FAULTS
from sre_console.chaos.asked import REASON_LONGEST

Endpoint = tuple[str, str, str, Any]  # path, its regular expression, method, view


_HEALTH: dict[str, Any] = {
    "type": "object",
    "required": ["status", "version", "checks", "breakers"],
    "properties": {
        "status": {"type": "string", "enum": ["healthy", "unhealthy"]},
        "version": {"type": "string"},
        "checks": {"type": "object", "required": ["database"]},
        "breakers": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/Breaker"},
        },
    },
}


def one_form(endpoints: list[Endpoint]) -> list[Endpoint]:
    """Each address once; that a trailing slash also works needs no second description."""
    return [endpoint for endpoint in endpoints if not endpoint[0].endswith("/")]


def strict_bodies(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Says what serializers cannot: other fields are refused, and rules between fields."""
    components = result["components"]["schemas"]
    for name, schema in components.items():
        if name.endswith("Request"):
            schema["additionalProperties"] = False
    result["paths"]["/api/chaos"]["post"]["requestBody"]["required"] = True
    components["AskedPlanRequest"]["allOf"] = [
        {"anyOf": [{"required": [fault]} for fault in FAULTS]},
        {
            "if": {
                "required": ["pacing"],
                "properties": {"pacing": {"const": "random"}},
            },
            "then": {"properties": {"seed": {"type": "integer"}}},
            "else": {"properties": {"seed": {"type": "null"}}},
        },
    ]
    for path in ("assign", "comment", "actions"):
        body = result["paths"][f"/api/incidents/{{id}}/{path}"]["post"]["requestBody"]
        body["required"] = True
    components["AssignmentRequest"]["anyOf"] = [
        {"required": [role]} for role in ("owner", "commander", "scribe")
    ]
    components["AskedSilenceRequest"]["anyOf"] = [
        {"required": [name], "properties": {name: {"pattern": "[!-~]"}}}
        for name in ("alert", "slo", "service")
    ] + [{"required": ["maintenance"], "properties": {"maintenance": {"const": True}}}]
    components["PullRequest"]["properties"]["reason"] |= {
        "type": "string",
        "maxLength": REASON_LONGEST,
        "pattern": r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$",
    }
    # What was lost is told by all three or by none.
    told = {"before": {"type": "string"}, "after": {"type": "string"}}
    components["DisasterStepRequest"]["anyOf"] = [
        {
            "required": ["before", "after", "source"],
            "properties": {**told, "source": {"pattern": r"\S"}},
        },
        {
            "properties": {
                "before": {"type": "null"},
                "after": {"type": "null"},
                "source": {"pattern": r"^\s*$"},
            }
        },
    ]
    # Alertmanager may say more than it does today.
    for name in ("DeliveryRequest", "DeliveredAlertRequest"):
        del components[name]["additionalProperties"]
    return result


def edge(result: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Adds `/health`, which is answered before Django."""
    content = {"application/json": {"schema": parts.envelope(_HEALTH)}}
    result["paths"]["/health"] = {
        "get": {
            "operationId": "health",
            "summary": "Status, version, the database check, circuit breakers",
            "tags": ["health"],
            "security": [{}],
            "responses": {
                "200": {"description": "Healthy.", "content": content},
                "503": {
                    "description": "Not healthy: the same, told.",
                    "content": content,
                },
            },
        }
    }
    return result
