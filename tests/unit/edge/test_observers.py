from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
from django.test import override_settings
from prometheus_client import REGISTRY

from ironclad.edge.business import BusinessObserver
from ironclad.edge.events import FaultDecision, RequestFinished
from ironclad.edge.observers import AccessLog, MetricsObserver
from ironclad.observability import logs
from ironclad.resilience.effects import Effects
from tests.clock import FakeClock


def finished(**changed: object) -> RequestFinished:
    given: dict[str, object] = {
        "request_id": "abcd-1234",
        "method": "GET",
        "route": "/test",
        "status": 200,
        "duration": 0.3,
        "finished": 1000.0,
        "service": True,
        **changed,
    }
    return RequestFinished(**given)  # type: ignore[arg-type]


def value(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure(stream)
    yield stream
    logs.configure("stderr")


def test_a_request_is_counted_under_its_status_and_its_duration() -> None:
    MetricsObserver()(finished(route="/counted", status=503))
    labels = {"method": "GET", "route": "/counted"}
    assert value("http_requests_total", **labels, status="503") == 1
    assert value("http_request_duration_seconds_bucket", **labels, le="0.2") == 0
    assert value("http_request_duration_seconds_bucket", **labels, le="0.3") == 1


def test_invented_methods_share_one_series() -> None:
    observe = MetricsObserver()
    for method in ("FOO", "BAR"):
        observe(finished(method=method, route="/odd"))
    assert value("http_requests_total", method="OTHER", route="/odd", status="200") == 2


def test_faults_are_counted_by_kind() -> None:
    errors, delays = (value("chaos_injected_total", kind=k) for k in ("error", "delay"))
    observe = MetricsObserver()
    observe(finished(fault=FaultDecision(1, delay=0.1, error=True)))
    observe(finished(fault=FaultDecision(1)))
    assert value("chaos_injected_total", kind="error") == errors + 1
    assert value("chaos_injected_total", kind="delay") == delays + 1


def test_the_access_line_tells_what_was_done(stream: io.StringIO) -> None:
    AccessLog()(finished(status=500, fault=FaultDecision(7, delay=0.4, error=True)))
    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
    assert line == {
        "level": "INFO",
        "message": "request",
        "service": "ironclad-backend",
        "version": "1.0.0",
        "logger": "ironclad.access",
        "requestId": "abcd-1234",
        "method": "GET",
        "route": "/test",
        "status": 500,
        "duration": 300.0,
        "fault": {"plan": 7, "error": True, "delay": 400.0},
    }


def test_there_is_no_access_line_above_its_level(stream: io.StringIO) -> None:
    with override_settings(LOG_LEVEL="WARNING"):
        AccessLog()(finished())
    assert stream.getvalue() == ""


@pytest.mark.parametrize(
    ("method", "status", "kind", "outcome"),
    [
        ("POST", 201, "create", "succeeded"),
        ("PATCH", 409, "update", "rejected"),
        ("DELETE", 500, "delete", "failed"),
    ],
)
def test_a_write_is_a_transaction(
    method: str, status: int, kind: str, outcome: str
) -> None:
    labels = {"type": kind, "outcome": outcome}
    before = value("business_transactions_total", **labels)
    BusinessObserver(FakeClock())(finished(method=method, status=status))
    assert value("business_transactions_total", **labels) == before + 1


def test_a_failed_transaction_puts_its_value_at_risk() -> None:
    before = value("business_revenue_at_risk_dollars_total")
    with override_settings(TRANSACTION_VALUE=2.5):
        observe = BusinessObserver(FakeClock())
        observe(finished(method="POST", status=503))
        observe(finished(method="POST", status=400))
        observe(finished(method="GET", status=500))
    assert value("business_revenue_at_risk_dollars_total") == before + 2.5


def test_active_users_are_distinct_and_of_the_last_five_minutes() -> None:
    clock = FakeClock()
    observe = BusinessObserver(clock)
    for caller in ("a", "b", "a", None):
        observe(finished(caller=caller, finished=clock.time))
    assert observe.active_users() == 2
    clock.time += 200
    observe(finished(caller="b", finished=clock.time))
    clock.time += 200
    assert observe.active_users() == 1


def test_ever_new_callers_take_no_more_memory() -> None:
    observe = BusinessObserver(FakeClock())
    for number in range(10_050):
        observe(finished(caller=str(number)))
    assert observe.active_users() == 10_000


def test_what_the_patterns_did_is_in_the_line_and_counted(stream: io.StringIO) -> None:
    refused = value("service_requests_refused_total", pattern="breaker")
    effects = Effects("GET", "/test", calls=3, retries=2, refused="breaker")
    event = finished(status=503, effects=effects)
    MetricsObserver()(event)
    AccessLog()(event)
    assert value("service_requests_refused_total", pattern="breaker") == refused + 1
    line = json.loads(stream.getvalue())
    assert (line["pattern"], line["attempts"]) == ("breaker", 3)


def test_a_fault_of_the_dependency_is_in_the_line(stream: io.StringIO) -> None:
    effects = Effects("GET", "/test", calls=2, plan=7, dependency_errors=1)
    AccessLog()(finished(effects=effects))
    line = json.loads(stream.getvalue())
    assert line["dependencyFault"] == {"plan": 7, "errors": 1, "delays": 0}


def test_a_degraded_answer_is_counted_apart(stream: io.StringIO) -> None:
    before = value("degraded_answers_total")
    event = finished(effects=Effects("GET", "/test", degraded=True))
    MetricsObserver()(event)
    AccessLog()(event)
    assert value("degraded_answers_total") == before + 1
    assert json.loads(stream.getvalue())["degraded"] is True


def test_a_call_that_simply_worked_adds_nothing_to_the_line(
    stream: io.StringIO,
) -> None:
    AccessLog()(finished(effects=Effects("GET", "/test", calls=1)))
    line = json.loads(stream.getvalue())
    assert not line.keys() & {"pattern", "attempts", "dependencyFault", "degraded"}
