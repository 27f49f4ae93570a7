"""An hour of the wall clock, which is sixty hours of the SLOs, second by second."""

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


def test_healthy_traffic_with_random_errors_raises_nothing(stage: Stage) -> None:
    stage.random_errors(3600)
    assert not AlertPeriod.objects.exists()
