"""SLIs from Prometheus: who looks never waits, and sees where the figures are from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from pytest_django import Settings

from ironclad.outbound.client import Outbound
from ironclad.resilience import process
from sre_console.incidents.sla import sla_json, sla_report
from sre_console.slo import selectors, spans
from sre_console.slo.prometheus import Slis
from sre_console.slo.timeline import fold
from tests.clock import FakeClock
from tests.integration.outbound.servers import Behaviour, Server
from tests.integration.slo.conftest import EPOCH, Feed
from tests.integration.slo.prometheus import answers, asked, matrix, vector

pytestmark = pytest.mark.django_db
NOW = EPOCH + 100.0


class Stage:
    """One who asks, a Prometheus that behaves as told, and a clock."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.clock = FakeClock(NOW)
        self.slis = Slis(self.clock, Outbound(f"prometheus-{uuid4().hex[:8]}"))
        self._settings = settings
        self._server: Server | None = None
        for module in (selectors, spans):
            monkeypatch.setattr(module, "slis", self.slis)
        settings.RETRY_ATTEMPTS = 1
        settings.OUTBOUND_DEADLINE = 0.3

    def behave(self, *behaviours: Behaviour) -> Server:
        self.end()
        self._server = Server(*behaviours).__enter__()
        self._settings.PROMETHEUS_URL = self._server.url
        return self._server

    def end(self) -> None:
        if self._server is not None:
            self._server.__exit__()
            self._server = None

    def report(self) -> dict[str, Any]:
        return selectors.slo_report(by=self.clock)

    def availability(self) -> Any:
        slos: Any = self.report()["slos"]
        return next(slo for slo in slos if slo["name"] == "availability")


@pytest.fixture
def stage(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(settings, monkeypatch)
    yield made
    made.end()


def source(report: dict[str, Any]) -> tuple[str, str | None]:
    return report["source"]["name"], report["source"]["problem"]


def test_the_report_is_what_prometheus_recorded(stage: Stage) -> None:
    server = stage.behave(answers(matrix(NOW - 3)))
    stage.slis.refresh()
    report = stage.report()
    assert source(report) == ("prometheus", None)
    assert report["updatedAt"] == datetime.fromtimestamp(NOW - 3, UTC).isoformat(
        timespec="milliseconds"
    ).replace("+00:00", "Z")
    slo = stage.availability()
    assert (slo["total"], slo["good"]) == (100_000, 99_990)
    assert slo["budget"]["remainingRatio"] == pytest.approx(0.9)
    assert slo["burnRates"]["1h"] == pytest.approx(10)
    assert slo["status"] == "burning"
    assert len(server.requests) == 1, "whoever looks asks nobody"


def test_before_the_first_answer_the_timeline_speaks(stage: Stage, feed: Feed) -> None:
    stage.behave(answers(b""))
    feed(range(EPOCH, EPOCH + 100), bad=1)
    fold()
    assert source(stage.report()) == ("timeline", "starting")
    assert stage.availability()["total"] == 5000


@pytest.mark.parametrize(
    ("behaviour", "problem"),
    [
        (answers(b"no", status=422), "refused"),
        (answers(b"no", status=503), "refused"),
        (answers(b"<html>"), "unreadable"),
        (answers(b'{"status":"success","data":{"resultType":"matrix","result":[]}}'), "no_records"),
        (answers(matrix(NOW - 200)), "late"),
        (answers(matrix(NOW + 200)), "late"),
        (answers(matrix(1e300)), "late"),
        (lambda peer: peer.reset(), "away"),
        (lambda peer: peer.hold(), "away"),
    ],
)  # fmt: skip
def test_why_the_figures_are_the_timelines_is_told(
    stage: Stage, behaviour: Behaviour, problem: str
) -> None:
    stage.behave(behaviour)
    stage.slis.refresh()
    report = stage.report()
    assert source(report) == ("timeline", problem)
    assert report["source"]["since"] is not None


def test_one_failed_question_changes_no_source_and_a_lasting_one_does(
    stage: Stage,
) -> None:
    stage.behave(answers(matrix(NOW - 3)))
    stage.slis.refresh()
    stage.behave(lambda peer: peer.reset())
    stage.clock.advance(3)
    stage.slis.refresh()
    assert source(stage.report()) == ("prometheus", None)
    stage.clock.advance(stage.slis.late)
    stage.slis.refresh()
    report = stage.report()
    assert source(report) == ("timeline", "away")
    since = datetime.fromisoformat(report["source"]["since"]).timestamp()
    assert since == pytest.approx(NOW + 3)


def test_prometheus_speaks_again_when_it_is_back(stage: Stage) -> None:
    stage.behave(lambda peer: peer.reset())
    stage.slis.refresh()
    stage.behave(answers(matrix(NOW)))
    stage.slis.refresh()
    assert source(stage.report()) == ("prometheus", None)


def test_figures_that_nobody_renews_are_not_told_for_ever(stage: Stage) -> None:
    stage.behave(answers(matrix(NOW)))
    stage.slis.refresh()
    stage.clock.advance(stage.slis.late + 1)
    assert source(stage.report()) == ("timeline", "late")


def test_nobody_is_charged_less_than_nothing(stage: Stage) -> None:
    """Each of a report's figures is extrapolated by itself, so a part may exceed the whole."""
    stage.behave(answers(vector(total=10.4, exercise=10.6, bad_availability=5.4, drilled_availability=5.6)))  # fmt: skip
    (row,) = [slo for slo in sla_report(*period()).slos if slo.objective.name == "availability"]  # fmt: skip
    assert (row.every.bad, row.charged.bad, row.charged.total) == (5, 0, 0)


def test_a_token_is_sent_where_one_is_set(stage: Stage, settings: Settings) -> None:
    settings.PROMETHEUS_TOKEN = "a-token-of-prometheus"
    server = stage.behave(answers(matrix(NOW)))
    stage.slis.refresh()
    assert b"authorization: Bearer a-token-of-prometheus" in server.requests[0]


def period() -> tuple[datetime, datetime]:
    begin = datetime.fromtimestamp(EPOCH, UTC)
    return begin, begin + timedelta(seconds=100)


def test_a_report_is_one_question_about_its_period(stage: Stage) -> None:
    figures = vector(total=5000.2, covered=99, exercise=20, bad_availability=5, drilled_availability=2)  # fmt: skip
    server = stage.behave(answers(figures))
    told: Any = sla_json(sla_report(*period()))
    assert source(told) == ("prometheus", None)
    assert told["coveredSeconds"] == 99
    (row,) = [slo for slo in told["slos"] if slo["name"] == "availability"]
    assert (row["allEvents"]["total"], row["allEvents"]["bad"]) == (5000, 5)
    assert row["withoutExercises"]["total"] == 4980
    assert row["withoutExercises"]["bad"] == 3
    question = asked(server.requests[0])
    assert question["time"] == str(EPOCH + 100)
    assert "[100s]" in question["query"]
    sla_report(*period())
    assert len(server.requests) == 1, "the answer is kept for a moment"


def test_the_future_is_not_asked_for(stage: Stage) -> None:
    server = stage.behave(answers(vector(total=10)))
    begin, _ = period()
    sla_report(begin, begin + timedelta(days=1))
    assert asked(server.requests[0])["time"] == str(int(NOW))
    later = begin + timedelta(days=2)
    assert sla_report(later, later + timedelta(days=1)).slos[0].every.total == 0


def test_a_report_without_prometheus_says_so(stage: Stage, feed: Feed) -> None:
    stage.behave(answers(b"", status=500))
    feed(range(EPOCH, EPOCH + 100), bad=1)
    fold()
    told = sla_json(sla_report(*period()))
    assert source(told) == ("timeline", "refused")
    stored = sla_report(*period(), stored=True)
    assert stored.slos[0].every.total == 5000
    assert stored.source.problem is None


def test_without_an_address_no_breaker_stands_for_it(settings: Settings) -> None:
    settings.PROMETHEUS_URL = ""
    Slis().refresh()
    assert "prometheus" not in process.breakers
