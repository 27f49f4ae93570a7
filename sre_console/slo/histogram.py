"""Latencies as counts in fixed buckets: sums of them are exact, quantiles nearly."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

_LEAST, _MOST, _STEPS = 0.001, 30.0, 56
# Upper edges in seconds, each included in its bucket. Log-spaced, so that the error of a
# quantile is the same share (about 20 %) of it everywhere, with the edges that SLOs and
# alerts judge by put in exactly.
EDGES: tuple[float, ...] = tuple(
    sorted(
        {
            round(_LEAST * (_MOST / _LEAST) ** (step / _STEPS), 6)
            for step in range(_STEPS + 1)
        }
        | {0.2, 0.4, 0.5, 0.7}
    )
)
BUCKETS = len(EDGES) + 1  # the last holds what is above every edge


def bucket(duration: float) -> int:
    """The index of the bucket that a duration (seconds) belongs to."""
    return bisect_left(EDGES, duration)


def quantile(counts: Sequence[int], q: float) -> float | None:
    """The q-quantile in seconds, interpolated within its bucket; None without events."""
    total = sum(counts)
    if total <= 0:
        return None
    rank = q * total
    seen = 0
    for index, count in enumerate(counts):
        if count > 0 and seen + count >= rank:
            low = EDGES[index - 1] if index else 0.0
            high = EDGES[index] if index < len(EDGES) else EDGES[-1]
            return low + (high - low) * max(0.0, rank - seen) / count
        seen += count
    return EDGES[-1]
