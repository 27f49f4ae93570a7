"""An hour of the wall clock, which is sixty hours of the SLOs, second by second.

For each change its first five minutes.
"""

from __future__ import annotations

import pytest

from sre_console.models import AlertPeriod
from tests.integration.incidents.conftest import Stage
from tests.integration.incidents.conftest import stage as stage  # noqa: PLC0414

pytestmark = [
    pytest.mark.acceptance,
    pytest.mark.patient,
    pytest.mark.timeout(900),
    pytest.mark.django_db,
]


@pytest.mark.parametrize(
    "seconds", [300, pytest.param(3600, marks=pytest.mark.thorough)]
)
def test_healthy_traffic_with_random_errors_raises_nothing(
    stage: Stage, seconds: int
) -> None:
    stage.random_errors(seconds)
    assert not AlertPeriod.objects.exists()
