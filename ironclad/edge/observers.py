"""What is made of each finished request: metrics and its line in the access log."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime

from django.conf import settings
from prometheus_client import Counter, Histogram

from ironclad.edge.events import RequestFinished
from ironclad.envelope import timestamp
from ironclad.observability.fields import SERVICE
from ironclad.observability.logs import logs
from ironclad.observability.metrics import (
    chaos_injected_total,
    degraded_answers_total,
    http_request_duration_seconds,
    http_requests_total,
    service_requests_refused_total,
)
from ironclad.resilience.effects import Effects

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MetricsObserver:
    """Keeps the children at hand: looking one up costs more than counting."""

    def __init__(self) -> None:
        self._children: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        self._errors = chaos_injected_total.labels("error")
        self._delays = chaos_injected_total.labels("delay")

    def __call__(self, finished: RequestFinished, /) -> None:
        # A client may send any word as method: they share one value.
        method = finished.method if finished.method in _METHODS else "OTHER"
        key = (method, finished.route, finished.status)
        children = self._children.get(key)
        if children is None:
            children = self._children[key] = (
                http_requests_total.labels(
                    method, finished.route, str(finished.status)
                ),
                http_request_duration_seconds.labels(method, finished.route),
            )
        requests, durations = children
        requests.inc()
        durations.observe(finished.duration)
        if finished.fault is not None:
            if finished.fault.error:
                self._errors.inc()
            if finished.fault.delay > 0:
                self._delays.inc()
        if finished.effects is not None:
            if finished.effects.refused is not None:
                service_requests_refused_total.labels(finished.effects.refused).inc()
            if finished.effects.degraded:
                degraded_answers_total.inc()


class AccessLog:
    """One JSON line a request, written without the logging machinery: it is on every path."""

    def __init__(self) -> None:
        self._wanted = (
            logging.getLevelNamesMapping()[settings.LOG_LEVEL] <= logging.INFO
        )
        self._version = json.dumps(settings.APP_VERSION)

    def __call__(self, finished: RequestFinished, /) -> None:
        if self._wanted:
            logs.sink.write(self._line(finished))

    def _line(self, finished: RequestFinished) -> str:
        fault = finished.fault
        told: dict[str, object] = {
            "requestId": finished.request_id,
            "method": finished.method,
            "route": finished.route,
            "status": finished.status,
            "duration": round(finished.duration * 1000, 1),  # milliseconds
            "fault": None,
        }
        if fault is not None and fault.injected and not fault.concealed:
            told["fault"] = {
                "plan": fault.version,
                "error": fault.error,
                "delay": round(fault.delay * 1000, 1),
            }
        if finished.refused is not None:
            told["refused"] = finished.refused
        if finished.effects is not None:
            told |= _told(finished.effects)
        rest = json.dumps(told, separators=(",", ":"))
        return (
            f'{{"timestamp":"{timestamp(datetime.now(UTC))}","level":"INFO",'
            f'"message":"request","service":"{SERVICE}","version":{self._version},'
            f'"logger":"ironclad.access",{rest[1:]}'
        )


def _told(effects: Effects) -> dict[str, object]:
    """What the patterns did, where it was more than letting one call through."""
    told: dict[str, object] = {}
    if effects.refused is not None:
        told["pattern"] = effects.refused
    if effects.calls > 1:
        told["attempts"] = effects.calls
    if effects.injected and not effects.concealed:
        told["dependencyFault"] = {
            "plan": effects.plan,
            "errors": effects.dependency_errors,
            "delays": effects.dependency_delays,
        }
    if effects.degraded:
        told["degraded"] = True
    return told
