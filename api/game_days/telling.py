"""A run as it is answered: faults by the names of /api/chaos, and an entity tag."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from rest_framework.response import Response

from ironclad.envelope import timestamp
from sre_console.gamedays.running.services import game_day_find
from sre_console.gamedays.telling.concealing import detail_told
from sre_console.gamedays.telling.telling import game_day_json
from sre_console.models import GameDay, GameDayEvent

Json = dict[str, Any]
# The columns that faults are kept in.
_NAMES = {
    "error_rate": "errorRate",
    "latency_ms": "latencyMs",
    "jitter_ms": "jitterMs",
    "latency_rate": "latencyRate",
    "dependency_error_rate": "dependencyErrorRate",
    "dependency_latency_ms": "dependencyLatencyMs",
}
_TARGET = {"target_methods": "methods", "target_path_prefix": "pathPrefix"}


def run_told(row: GameDay) -> Json:
    told = game_day_json(row)
    return {
        **told,
        "steps": [{**step, "fault": _fault(step["fault"])} for step in told["steps"]],
    }


def whole(number: int, status: int = 200) -> Response:
    """Raises NotFound."""
    told = run_told(game_day_find(number))
    headers = {"ETag": tag(told)}
    if status == 201:  # noqa: PLR2004
        headers["Location"] = f"/api/game-days/{number}"
    return Response(told, status=status, headers=headers)


def tag(told: Json) -> str:
    """Changes with whatever is told."""
    text = json.dumps(told, sort_keys=True, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def event_told(row: GameDayEvent, of: GameDay) -> Json:
    """One line of the record of that run."""
    detail = detail_told(of, row.detail or {})
    if isinstance(detail.get("fault"), Mapping):
        detail["fault"] = _fault(detail["fault"])
    return {
        "id": row.pk,
        "at": timestamp(row.at),
        "kind": row.kind,
        "step": row.step,
        "text": row.text,
        "detail": detail,
        "actor": row.actor,
    }


def _fault(kept: Mapping[str, Any] | None) -> Json | None:
    if kept is None:
        return None
    if "from" in kept:
        return {"from": _fault(kept["from"]), "to": _fault(kept["to"])}
    told: Json = {_NAMES.get(n, n): v for n, v in kept.items() if n not in _TARGET}
    if kept.keys() & _TARGET.keys():
        told["target"] = {name: kept[column] for column, name in _TARGET.items()}
    return told
