"""Held against prometheus_client's own encoders, which say what is right."""

from __future__ import annotations

import pytest
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Enum,
    Gauge,
    Histogram,
    Info,
    Summary,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from ironclad.observability.rendering import Encoder, Rendering

FORMATS = ("", "text/plain;version=1.0.0;escaping=allow-utf-8",
    "application/openmetrics-text;version=1.0.0")  # fmt: skip


class _Made(Collector):
    """One that thinks its series up as it is asked."""

    asked = 0

    def collect(self) -> list[Metric]:
        self.asked += 1
        family = GaugeMetricFamily("made", "Made.", labels=("n",))
        for number in range(self.asked // 2):
            family.add_metric((str(number),), number)
        return [family]


@pytest.fixture(params=FORMATS)
def encode(request: pytest.FixtureRequest) -> Encoder:
    encoder: Encoder = choose_encoder(request.param)[0]
    return encoder


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


def test_it_writes_what_the_library_does_however_values_and_series_change(
    encode: Encoder, registry: CollectorRegistry
) -> None:
    rendering = Rendering(registry, encode)
    counter = Counter("a", 'All "kinds"\nof\\text.', ("x", "b"), registry=registry)
    gauge = Gauge("g", "A gauge.", registry=registry)
    asked = Gauge("f", "Of a function.", registry=registry)
    asked.set_function(lambda: gauge._value.get() * 2)
    histogram = Histogram("h", "Seconds.", ("le_",), registry=registry)
    Info("i", "Info.", registry=registry).info({"version": "1"})
    Enum("e", "Enum.", states=["one", "two"], registry=registry).state("two")
    summary = Summary("s", "Summary.", registry=registry)
    for step in range(6):
        gauge.set((float("nan"), float("inf"), 1e9, 0.1, 0.1, -1)[step])
        counter.labels("x", 'quote " and \\ and\nline').inc(step)
        counter.labels(str(step % 3), "ü").inc()
        counter.labels("ends of lines", "a\u2028#c").inc()
        histogram.labels("z").observe(step / 10)
        summary.observe(step)
        assert rendering.render() == encode(registry)
    counter.remove("0", "ü")
    assert rendering.render() == encode(registry)
    counter.clear()
    assert rendering.render() == encode(registry)


def test_one_that_makes_its_series_is_asked_each_time(
    encode: Encoder, registry: CollectorRegistry
) -> None:
    made = _Made()
    registry.register(made)
    rendering = Rendering(registry, encode)
    for _ in range(3):
        made.asked = 3
        ours = rendering.render()
        made.asked = 3
        assert ours == encode(registry)


def test_an_empty_registry_is_right_as_well(
    encode: Encoder, registry: CollectorRegistry
) -> None:
    assert Rendering(registry, encode).render() == encode(registry)


def test_only_a_new_series_asks_the_library(registry: CollectorRegistry) -> None:
    encoder: Encoder = choose_encoder("")[0]
    asked: list[Collector] = []

    def encode(collector: Collector) -> bytes:
        asked.append(collector)
        return encoder(collector)

    counter = Counter("a", "A.", ("x",), registry=registry)
    counter.labels("1").inc()
    rendering = Rendering(registry, encode)
    rendering.render()
    asked.clear()
    counter.labels("1").inc()
    assert b'a_total{x="1"} 2.0' in rendering.render()
    assert asked == []
    counter.labels("2").inc()
    assert b'a_total{x="2"} 1.0' in rendering.render()
    assert asked == [counter]
