from __future__ import annotations

import math

import pytest
from prometheus_client import REGISTRY

from ironclad.observability import metrics
from ironclad.observability.exposition import exposition
from ironclad.observability.promised import promise_service_series

PROMISED = (
    "http_requests_total", "http_request_duration_seconds", "http_requests_in_flight",
    "bulkhead_in_use", "bulkhead_rejected_total", "database_query_duration_seconds",
    "database_pool_connections", "slo_error_budget_remaining_ratio", "slo_burn_rate",
    "chaos_injected_total", "business_transactions_total", "business_active_users",
    "business_revenue_at_risk_dollars_total", "ironclad_feature_uses_total",
    "ironclad_build_info",
)  # fmt: skip


@pytest.mark.parametrize("name", PROMISED)
def test_every_promised_name_is_exported(name: str) -> None:
    assert f"# TYPE {name} " in exposition("")[0].decode()


@pytest.mark.parametrize("edge", [0.2, 0.4, 0.5, 0.7])
def test_the_duration_has_a_bucket_at_each_promised_edge(edge: float) -> None:
    assert edge in metrics.REQUEST_BUCKETS


def test_no_created_series_doubles_what_is_scraped() -> None:
    metrics.count_feature("x")
    assert "_created" not in exposition("")[0].decode()


def test_the_series_of_the_service_exist_at_zero() -> None:
    promise_service_series(collection="/test/users", single="/test/users/<id>")
    for method, route, status in (
        ("GET", "/test/users", "500"),
        ("POST", "/test/users", "201"),
        ("DELETE", "/test/users/<id>", "204"),
        ("GET", "/test/users/<id>", "499"),
    ):
        labels = {"method": method, "route": route, "status": status}
        assert REGISTRY.get_sample_value("http_requests_total", labels) == 0


def test_an_slo_without_data_is_not_a_number() -> None:
    metrics.set_slo_gauges("some", None, {"5m": None, "1h": 2.5})
    of = REGISTRY.get_sample_value
    remaining = of("slo_error_budget_remaining_ratio", {"slo": "some"})
    assert remaining is not None
    assert math.isnan(remaining)
    assert of("slo_burn_rate", {"slo": "some", "window": "1h"}) == 2.5
