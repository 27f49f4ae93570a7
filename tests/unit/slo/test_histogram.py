from __future__ import annotations

import pytest

from sre_console.slo.histogram import BUCKETS, EDGES, bucket, quantile


def test_the_edges_that_are_judged_by_are_exact() -> None:
    assert {0.2, 0.4, 0.5, 0.7} <= set(EDGES)
    assert list(EDGES) == sorted(set(EDGES))
    assert 50 <= len(EDGES) <= 70


@pytest.mark.parametrize("edge", [0.2, 0.4, 0.5, 0.7])
def test_an_edge_belongs_to_the_bucket_below_it(edge: float) -> None:
    assert EDGES[bucket(edge)] == edge
    assert bucket(edge + 1e-9) == bucket(edge) + 1


def test_what_is_above_every_edge_has_a_bucket_too() -> None:
    assert bucket(1e9) == BUCKETS - 1


@pytest.mark.parametrize("duration", [0.0005, 0.003, 0.02, 0.11, 0.65, 4.0, 14.9])
def test_a_quantile_is_off_by_at_most_its_bucket(duration: float) -> None:
    counts = [0] * BUCKETS
    counts[bucket(duration)] = 100
    found = quantile(counts, 0.5)
    assert found is not None
    assert abs(found - duration) <= max(0.25 * duration, 0.001)


def test_quantiles_interpolate_between_buckets() -> None:
    counts = [0] * BUCKETS
    counts[bucket(0.02)], counts[bucket(1.0)] = 95, 5
    p50, p99 = quantile(counts, 0.5), quantile(counts, 0.99)
    assert p50 is not None
    assert p99 is not None
    assert p50 < 0.025
    assert p99 > 0.9


def test_without_events_there_is_no_quantile() -> None:
    assert quantile([0] * BUCKETS, 0.5) is None
    assert quantile([], 0.5) is None
