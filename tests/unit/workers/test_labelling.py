"""The metrics of several processes make one exposition, in which none is added to another."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.openmetrics.exposition import generate_latest as openmetrics
from prometheus_client.openmetrics.parser import (
    text_string_to_metric_families as read_openmetrics,
)
from prometheus_client.parser import text_string_to_metric_families as read

from ironclad.workers.labelling import joined, labelled


def _registry(requests: int) -> CollectorRegistry:
    registry = CollectorRegistry()
    counter = Counter("asked", "How many.", ["route"], registry=registry)
    counter.labels('/a"{b}').inc(requests)
    Gauge("held", "Held now.", registry=registry).set(requests / 2)
    took = Histogram("took", "Seconds.", buckets=[1], registry=registry)
    took.observe(0.5, exemplar={"trace": "t1"})
    return registry


def _openmetrics(slot: int) -> bytes:
    text: bytes = openmetrics(_registry(slot))  # type: ignore[no-untyped-call]
    return text


def _both() -> bytes:
    texts = {
        slot: labelled(generate_latest(_registry(slot * 10)), slot) for slot in (1, 2)
    }
    return joined(texts)


def test_each_process_keeps_its_own_series() -> None:
    samples = {
        (sample.name, sample.labels["process"]): sample.value
        for family in read(_both().decode())
        for sample in family.samples
    }
    assert samples["asked_total", "1"] == 10
    assert samples["asked_total", "2"] == 20
    assert samples["held", "2"] == 10
    assert samples["took_count", "1"] == 1


def test_labels_that_are_there_stay() -> None:
    asked = next(f for f in read(_both().decode()) if f.name == "asked")
    assert {s.labels["route"] for s in asked.samples} == {'/a"{b}'}


def test_each_family_is_described_once_and_stands_together() -> None:
    lines = _both().decode().splitlines()
    assert lines.count("# TYPE asked_total counter") == 1
    asked = [n for n, line in enumerate(lines) if line.startswith("asked_total{")]
    assert asked[1] == asked[0] + 1


def test_one_that_did_not_answer_is_said_to_be_down() -> None:
    text = joined({1: labelled(generate_latest(_registry(1)), 1), 2: None}).decode()
    assert 'ironclad_process_up{process="1"} 1' in text
    assert 'ironclad_process_up{process="2"} 0' in text


def test_openmetrics_with_exemplars_stays_readable() -> None:
    texts = {slot: labelled(_openmetrics(slot), slot) for slot in (1, 2)}
    text = joined(texts).decode()
    families = {f.name: f for f in read_openmetrics(text)}  # type: ignore[no-untyped-call]
    assert text.count("# EOF") == 1
    buckets = [s for s in families["took"].samples if s.name == "took_bucket"]
    assert {s.labels["process"] for s in buckets} == {"1", "2"}
    assert any(s.exemplar for s in buckets)
