"""The real evaluator on a real PostgreSQL, with a clock that moves second by second."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from sre_console.live.evaluator import Evaluator
from sre_console.models import (
    AlertPeriod,
    EvaluatorLease,
    FaultPeriod,
    Incident,
    Replica,
    SliSample,
)
from sre_console.slo import lookup
from sre_console.slo.histogram import bucket
from tests.clock import FakeClock
from tests.integration.slo.conftest import EPOCH, sample
from tests.integration.slo.month import healthy_month
from tests.integration.unhurried import take_time

RATE = 50  # requests a wall second
DAYS_30 = 30 * 86_400


def paced(rate: float, second: int, of: int = RATE) -> int:
    """Bad events of a second at an evenly paced rate that began with second 0."""
    return int(round((second + 1) * of * rate, 9)) - int(round(second * of * rate, 9))


@dataclass
class Stage:
    """Evaluates each second right after it, as the leader would."""

    scale: float = 60
    clock: FakeClock = field(default_factory=lambda: FakeClock(EPOCH + 0.25))
    began: int = EPOCH

    def __post_init__(self) -> None:
        self.evaluator = Evaluator(uuid4(), self.clock, scale=self.scale)
        self.replica = uuid4()

    @property
    def now(self) -> int:
        """Whole seconds since the stage began."""
        return int(self.clock.time) - self.began

    def seconds(
        self, count: int, *, each: Callable[[int], SliSample], unseen: int = 0
    ) -> None:
        """Let so many seconds pass; `each` makes the sample of one, told how many were before.

        The first `unseen` are not judged, which takes no time.
        """
        for number in range(count):
            second = int(self.clock.time)
            row = each(number)
            row.second, row.replica = lookup.moment(second), self.replica
            row.save(force_insert=True)
            if number < unseen:
                self.clock.advance(1)
            else:
                self.tick()

    def tick(self) -> None:
        """One second passes and is judged, whatever was measured in it."""
        self.clock.advance(1)
        now = lookup.moment(self.clock.time)
        Replica.objects.update_or_create(
            id=self.replica,
            defaults={"started_at": lookup.moment(self.began), "seen_at": now},
        )
        assert self.evaluator.beat() is not None
        take_time()

    def takeover(self) -> None:
        """The leader dies; another one leads when the lease has run out."""
        EvaluatorLease.objects.update(expires_at=lookup.moment(0))
        self.evaluator = Evaluator(uuid4(), self.clock, scale=self.scale)
        self.clock.advance(3)

    def errors(self, rate: float, seconds: int, *, unseen: int = 0) -> None:
        def each(number: int) -> SliSample:
            bad = paced(rate, number)
            return sample(0, total=RATE, bad=bad, drilled=bad, exercise=bad)

        self.seconds(seconds, each=each, unseen=unseen)

    def random_errors(self, seconds: int) -> None:
        """Half of the error budget, spent by chance; the same chances each time."""
        drawn = Random(20260131)

        def each(_number: int) -> SliSample:
            return sample(0, bad=sum(drawn.random() < 0.0005 for _ in range(RATE)))

        self.seconds(seconds, each=each)

    def calm(self, seconds: int, total: int = RATE) -> None:
        self.seconds(seconds, each=lambda _number: sample(0, total=total))

    def slow(self, latency: float, seconds: int) -> None:
        """Every request takes that much longer; those of the first moments are still under way."""

        def each(number: int) -> SliSample:
            # events count when they finish
            done = round(RATE * min(1.0, max(0.0, number + 1 - latency)))
            over = latency > 0.5
            row = sample(0, total=done, slow=done if over else 0, exercise=done)
            row.bad["latency"] = [done if over else 0, done if over else 0]
            row.histogram = [0] * len(row.histogram)
            row.histogram[bucket(latency + 0.01)] = done
            return row

        self.seconds(seconds, each=each)

    def fault(self, **fields: Any) -> FaultPeriod:
        """A fault plan that comes into force now."""
        now = lookup.moment(int(self.clock.time))
        given = {"version": 1, "error_rate": 0.07, "began_at": now}
        given |= {"expires_at": now + timedelta(hours=1), "started_by": "operator"}
        return FaultPeriod.objects.create(**(given | fields))

    def fired(self, name: str, slo: str = "") -> float | None:
        """When an alert fired first, in seconds since the stage began."""
        row = (
            AlertPeriod.objects.filter(name=name, slo=slo).order_by("fired_at").first()
        )
        return None if row is None else row.fired_at.timestamp() - self.began

    def cleared(self, name: str, slo: str = "") -> float | None:
        row = AlertPeriod.objects.filter(name=name, slo=slo).order_by("fired_at").last()
        ended = row.ended_at if row else None
        return None if ended is None else ended.timestamp() - self.began


@pytest.fixture
def stage(db: None) -> Stage:
    """A full month of healthy history at a rehearsal's scale."""
    healthy_month(EPOCH, rate=RATE, scale=60)
    return Stage()


@pytest.fixture
def webhook(settings: Settings) -> str:
    """One place that is told of everything."""
    settings.ALERT_WEBHOOKS = ["https://hooks.example.org/ironclad"]
    return "https://hooks.example.org/ironclad"


def only() -> Incident:
    return Incident.objects.get()


def kinds(incident: Incident) -> list[str]:
    events: Iterable[str] = incident.events.order_by("at", "id").values_list(
        "kind", flat=True
    )
    return list(events)
