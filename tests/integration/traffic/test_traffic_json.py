from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db.models.functions import Now
from pytest_django import Settings

from sre_console.models import TrafficRun, TrafficSetting
from sre_console.traffic.capacity import SUSTAINABLE_RATE
from sre_console.traffic.selectors import traffic_json

pytestmark = pytest.mark.django_db


def test_it_tells_the_newest_run_by_its_own_books() -> None:
    TrafficSetting.objects.create(version=3, rate=50)
    TrafficRun.objects.create(id=uuid4(), seen_at=Now() - timedelta(hours=1), sent=9)
    counts = {"sent": 10, "ok": 6, "failed": 1, "late": 1, "dropped": 4}
    TrafficRun.objects.create(id=uuid4(), rate=49, in_flight=2, **counts)
    assert traffic_json() == {
        "asked": 50,
        "rate": 49,
        "max": 80,
        "sustainable": SUSTAINABLE_RATE,
        **counts,
        "inFlight": 2,
        "alive": True,
    }


def test_a_run_without_news_is_dead_and_sends_nothing() -> None:
    old = Now() - timedelta(seconds=6)
    TrafficRun.objects.create(id=uuid4(), seen_at=old, rate=50, sent=9, in_flight=3)
    told = traffic_json()
    assert (told["alive"], told["rate"], told["inFlight"]) == (False, 0, 0)
    assert told["sent"] == 9


def test_before_the_first_start_it_tells_the_configured_rate(
    settings: Settings,
) -> None:
    settings.TRAFFIC_RPS = 20
    told = traffic_json()
    assert (told["asked"], told["sent"], told["alive"]) == (20, 0, False)
