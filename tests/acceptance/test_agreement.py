"""Four sets of books agree to the request, and the SLO figures follow the formulas."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from tests.acceptance.harness import books
from tests.acceptance.harness.processes import Server, Setup, Traffic
from tests.acceptance.harness.waiting import paced, until

pytestmark = [pytest.mark.acceptance, pytest.mark.core, pytest.mark.timeout(300)]
RATE = 50
ERRORS = 0.07
BURN = 70.0  # 7 % of a 0.1 % budget
CLOCK = 150  # not the usual one: windows have to be waited for
WINDOW = 3600 / CLOCK  # wall seconds of burn(1h)
WRITES = 12  # an hour that a stranger has, and the operator for the traffic
PERIOD = 30 * 86400 / CLOCK  # wall seconds of the 30-day window


@pytest.fixture(scope="module")
def server(shared_setup: Setup) -> Iterator[Server]:
    few = {"IRONCLAD_RATE_LIMIT_WRITE": f"{WRITES}/h"}
    with Server(replace(shared_setup, scale=CLOCK, more=few)) as running:
        yield running


@pytest.fixture
def traffic(server: Server) -> Iterator[Traffic]:
    with Traffic(server) as running:
        until(lambda: _traffic(server)["alive"], 30, "the traffic reports")
        yield running
    server.post("/api/chaos/disable")


def _traffic(server: Server) -> dict[str, Any]:
    data = server.get("/api/traffic")
    assert isinstance(data, dict)
    return data


def _drained(setup: Setup) -> bool:
    row = books.generator_row(setup.database_url)
    return row.rate == 0 and row.in_flight == 0


def _all_books(server: Server) -> dict[str, books.Book]:
    url = server.setup.database_url
    return {
        "generator": books.of_generator(url),
        "access log": books.of_access_log(server),
        "metrics": books.of_metrics(server),
        "timeline": books.of_timeline(url),
    }


def test_all_books_agree_to_the_request(server: Server, traffic: Traffic) -> None:
    before = _all_books(server)
    server.post("/api/chaos", {"errorRate": ERRORS, "reason": "agreement"})
    server.post("/api/traffic", {"rate": RATE})
    began = time.monotonic()
    until(lambda: _traffic(server)["rate"] == RATE, 2, "the new rate is in force")
    keep_going = paced(20, 1)
    while keep_going():
        assert traffic.running
    server.post("/api/traffic", {"rate": 0})
    took = time.monotonic() - began
    until(lambda: _drained(server.setup), 20, "the traffic is drained")

    def agreed() -> dict[str, books.Book] | None:
        now = _all_books(server)
        moved = {name: book - before[name] for name, book in now.items()}
        return moved if len(set(moved.values())) == 1 else None

    # The last second is folded 250 ms after its end; nothing else is waited for.
    moved = until(agreed, 5, f"the books agree ({_all_books(server)}, {before})")
    told = moved["generator"]
    assert abs(told.requests - RATE * took) <= RATE  # a second for the two switches
    # Refusals of a machine that is too slow for the rate are errors too, but not ours.
    plan: Any = server.get("/api/chaos")
    exact = told.requests * ERRORS
    assert plan["requests"] == told.requests
    assert plan["injected"]["errors"] in {math.floor(exact), math.ceil(exact)}
    assert plan["failed"] == told.errors
    row = books.generator_row(server.setup.database_url)
    assert (row.late, row.dropped) == (0, 0)
    assert row.ok == told.requests - told.errors


def _availability(server: Server) -> tuple[dict[str, Any], datetime]:
    report: Any = server.get("/api/slo")
    slo = next(slo for slo in report["slos"] if slo["name"] == "availability")
    return slo, datetime.fromisoformat(report["updatedAt"])


def test_burn_rate_and_budget_follow_the_formulas(
    server: Server, traffic: Traffic
) -> None:
    assert traffic.running
    server.post("/api/traffic", {"rate": RATE})
    # Real traffic fills the whole window, so that no gap of the start-up is in it.
    keep_going = paced(WINDOW + 2, 1)
    while keep_going():
        assert traffic.running
    # A machine that was busy at first may have refused some; they leave the window too.
    until(lambda: _availability(server)[0]["burnRates"]["1h"] == 0, 90, "calm")
    before, _ = _availability(server)
    plan: Any = server.post("/api/chaos", {"errorRate": ERRORS, "reason": "formula"})
    started = datetime.fromisoformat(plan["startedAt"])
    one_tick = BURN / WINDOW
    seen = 0
    keep_going = paced(0.7 * WINDOW, 1)
    while keep_going():
        slo, updated = _availability(server)
        t = (updated - started).total_seconds()
        expected = BURN * min(max(t, 0), WINDOW) / WINDOW
        assert abs(slo["burnRates"]["1h"] - expected) <= one_tick * 1.05, (t, slo)
        spent = before["budget"]["remainingRatio"] - slo["budget"]["remainingRatio"]
        assert abs(spent - BURN * max(t, 0) / PERIOD) <= BURN / PERIOD * 1.05, (t, slo)
        seen += 1
    assert seen >= 0.5 * WINDOW
    assert slo["status"] == "burning"


def _limited(server: Server) -> tuple[float, ...]:
    """What the metrics say: by status of the answer, and by limit."""
    lines = httpx.get(f"{server.url}/metrics").text.splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    wanted = (
        'http_requests_total{method="POST",route="/api/users",status="429"}',
        'rate_limited_total{class="write",subject="address"}',
    )
    return tuple(float(values[series]) for series in wanted)


def test_what_a_limit_refused_is_in_every_book_and_no_failure(server: Server) -> None:
    # What the tests before have made fail is in the timeline first.
    settled = datetime.now(UTC) + timedelta(seconds=1)
    until(lambda: _availability(server)[1] >= settled, 10, "all until now is counted")
    before, counted = _availability(server)[0], _limited(server)
    url, forged = server.url, "10.0.0.{}"
    with httpx.Client(base_url=url) as stranger:
        answers = [
            stranger.post("/api/users", headers={"X-Forwarded-For": forged.format(n)})
            for n in range(WRITES + 8)
        ]
        assert {answer.status_code for answer in answers} == {400, 429}
        assert answers[-1].headers["RateLimit-Policy"] == f'"write";q={WRITES};w=3600'
        assert answers[-1].headers["RateLimit"].startswith('"write";r=0;t=')
        # With nothing left, these are answered as ever.
        for path in ("/health", "/livez", "/readyz", "/metrics", "/static/icon.svg"):
            assert stranger.get(path).status_code == 200, path
        assert stranger.post("/api/chaos/disable").status_code == 429  # not allowed
    assert server.post("/api/chaos/disable")
    refused = sum(answer.status_code == 429 for answer in answers)
    until(
        lambda: _availability(server)[0]["limited"] == before["limited"] + refused,
        5,
        f"{refused} refusals are in the timeline",
    )
    slo, _ = _availability(server)
    assert slo["total"] - slo["good"] == before["total"] - before["good"]
    told = [now - then for now, then in zip(_limited(server), counted, strict=True)]
    assert told == [refused, refused + 1]
