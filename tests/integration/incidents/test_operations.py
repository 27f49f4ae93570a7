"""The signals of what goes on around the service."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from sre_console.chaos.rows import database_now
from sre_console.incidents.operations import operations_read
from sre_console.models import AlertPeriod, Replica
from tests.integration.incidents.conftest import Stage, only

pytestmark = pytest.mark.django_db


def breaker(name: str, seconds: float) -> dict[str, str]:
    since = database_now() - timedelta(seconds=seconds)
    return {"name": name, "notClosedSince": since.isoformat()}


@pytest.mark.parametrize(
    ("names", "told"),
    [(["database"], 90), (["alert-webhook-1"], 0), (["alert-webhook-1", "database"], 60)],
)  # fmt: skip
def test_a_breaker_that_is_open_is_told_if_it_is_the_database_s(
    names: list[str], told: int
) -> None:
    now = database_now()
    open_ones = [breaker(name, 90 - 30 * i) for i, name in enumerate(names)]
    Replica.objects.create(
        id=uuid4(), started_at=now, seen_at=now, resilience={"breakers": open_ones}
    )
    found = operations_read(database_now(), judged=None, oldest=None)
    assert found.breaker_open == pytest.approx(told, abs=1)


def test_an_outage_that_nobody_could_judge_is_as_long_as_it_was(stage: Stage) -> None:
    stage.calm(2)
    stage.clock.advance(30)
    stage.evaluator.away_for = 30
    stage.calm(1)
    stage.evaluator.away_for = 0
    stage.calm(2)
    period = AlertPeriod.objects.get(name="DatabaseDown")
    assert period.ended_at is not None
    # away for 30 s, of which 5 are no alert
    assert (period.ended_at - period.fired_at).total_seconds() == pytest.approx(26)
    assert (period.fired_at - period.began_at).total_seconds() == 5
    incident = only()
    assert (incident.opened_at - incident.began_at).total_seconds() == 30
