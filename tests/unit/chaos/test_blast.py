from __future__ import annotations

import pytest

from sre_console.chaos.blast import reach, touched
from sre_console.chaos.plan import FaultSpec


@pytest.mark.parametrize(
    ("spec", "share"),
    [
        (FaultSpec(), 0),
        (FaultSpec(error_rate=0.05), 0.05),
        (FaultSpec(error_rate=0.3), 0.3),
        (FaultSpec(latency_ms=1), 1),
        (FaultSpec(latency_ms=400, latency_rate=0.5, error_rate=0.5), 0.75),
        (FaultSpec(latency_rate=0.5), 0),
        (FaultSpec(dependency_error_rate=0.2), 0.2),
        (FaultSpec(dependency_latency_ms=1), 1),
    ],
)
def test_the_share_is_that_of_the_requests_that_notice(
    spec: FaultSpec, share: float
) -> None:
    assert touched(spec) == share


def test_which_requests_is_told() -> None:
    assert reach(FaultSpec()) == "requests to /api/users"
    assert reach(FaultSpec(methods=("GET", "PUT"))) == "GET, PUT requests to /api/users"
