# prometheus_client is typed in parts.
# mypy: disable-error-code="no-untyped-call"
"""Writes metrics as prometheus_client does, without writing all of it each time.

Nearly everything in an exposition stays what it was: names, labels, comments, and the values of
most series. The library's own encoder is asked for a metric when it gets a new series; after that
only numbers are put behind what it wrote.
"""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

# Writes what has a `collect()`: a registry, or one of its collectors.
Encoder = Callable[[Collector], bytes]


class _Nothing(Collector):
    def collect(self) -> list[object]:  # type: ignore[override]
        return []


class Rendering:
    """A registry in one format. Not for two threads at once."""

    def __init__(self, registry: CollectorRegistry, encode: Encoder) -> None:
        self._registry = registry
        self._encode = encode
        self._end = encode(_Nothing()).decode()  # OpenMetrics closes with a line
        self._metrics: dict[Collector, _Metric] = {}

    def render(self) -> bytes:
        return ("".join(map(self._text, self._collectors())) + self._end).encode()

    def _collectors(self) -> list[Collector]:
        with self._registry._lock:  # noqa: SLF001 - it gives only all series at once
            return [*self._registry._collector_to_names]  # noqa: SLF001

    def _text(self, collector: Collector) -> str:
        if not isinstance(collector, MetricWrapperBase):
            return self._encoded(collector)  # it makes its series as it is asked
        metric = self._metrics.get(collector)
        if metric is None:
            metric = self._metrics[collector] = _Metric(collector, self._encoded)
        return metric.text()

    def _encoded(self, collector: Collector) -> str:
        return self._encode(collector).decode().removesuffix(self._end)


class _Metric:
    """One metric, with all of its series."""

    def __init__(
        self, metric: MetricWrapperBase, encode: Callable[[Collector], str]
    ) -> None:
        self._metric = metric
        self._encode = encode
        self._series: list[MetricWrapperBase] = []
        self._comments = ""
        self._names: list[str] = []  # with their labels and the space behind
        self._values: list[float] = []
        self._text = ""

    def text(self) -> str:
        series = self._now()
        if series != self._series or not self._names:
            return self._learnt(series)
        values = _values(series)
        if values != self._values:
            pairs = zip(self._names, values, strict=True)
            lines = [f"{name}{floatToGoString(value)}\n" for name, value in pairs]
            self._text = self._comments + "".join(lines)
            self._values = values
        return self._text

    def _now(self) -> list[MetricWrapperBase]:
        metric = self._metric
        if not metric._is_parent():  # noqa: SLF001
            return [metric]
        with metric._lock:  # noqa: SLF001
            return [*metric._metrics.values()]  # noqa: SLF001

    def _learnt(self, series: list[MetricWrapperBase]) -> str:
        text = self._encode(self._metric)
        # By this alone: in a label's value others that end lines elsewhere stay as they are.
        lines = [f"{line}\n" for line in text.split("\n")[:-1]]
        said = [line for line in lines if not line.startswith("#")]
        # Another series may have come meanwhile: then it is learnt the next time.
        if len(said) == len(_values(series)):
            self._series = series
            self._comments = "".join(line for line in lines if line.startswith("#"))
            self._names = [line.rpartition(" ")[0] + " " for line in said]
            self._values = []
        return text


def _values(series: list[MetricWrapperBase]) -> list[float]:
    return [sample[2] for each in series for sample in each._samples()]  # noqa: SLF001
