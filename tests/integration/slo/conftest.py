"""A timeline in a real PostgreSQL, fed with bulk samples at made-up moments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from sre_console.models import SliSample
from sre_console.slo import lookup
from sre_console.slo.histogram import BUCKETS, bucket

EPOCH = 1_764_000_000  # a second on every grid
ONE = uuid4()
TWO = uuid4()

Feed = Callable[..., None]


def sample(  # noqa: PLR0913
    second: int,
    *,
    total: int = 50,
    bad: int = 0,
    slow: int = 0,
    exercise: int = 0,
    drilled: int = 0,
    replica: UUID = ONE,
    duration: float = 0.02,
    work: dict[str, int] | None = None,
) -> SliSample:
    histogram = [0] * BUCKETS
    histogram[bucket(duration)] = total
    return SliSample(
        replica=replica,
        second=lookup.moment(second),
        total=total,
        failed=bad,
        exercise=exercise,
        bad={
            "availability": [bad, drilled],
            "error-rate": [bad, drilled],
            "latency": [slow, 0],
        },
        histogram=histogram,
        work=work or {},
    )


@pytest.fixture
def feed(db: None) -> Feed:
    """Writes one sample for each second of a range, as a flush would."""

    def write(seconds: range, **counts: Any) -> None:
        SliSample.objects.bulk_create(
            [sample(second, **counts) for second in seconds], ignore_conflicts=True
        )

    return write
