"""Three replicas behind one address, watched by a real Prometheus and Alertmanager.

One run, told in steps: each goes on where the one before has ended.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from dataclasses import dataclass
from typing import Any

import httpx
import psycopg
import pytest

from tests.acceptance.harness.consoles import Console, sign_in
from tests.acceptance.harness.processes import Server
from tests.acceptance.harness.waiting import until
from tests.stack.conftest import (
    FAILED,
    FAST,
    RATE,
    REQUESTS,
    SERVICE,
    counted_by_slos,
)
from tests.stack.fleet import REPLICAS, Fleet, Sent, Traffic

pytestmark = [pytest.mark.stack, pytest.mark.timeout(240)]
ONE_SAMPLE = 50  # requests between two scrapes
# At one replica at a time: its third of the traffic, for the delay and a generous answer.
IN_FLIGHT = 18


def test_prometheus_counts_what_the_traffic_sent(ships: Fleet, told: Sent) -> None:
    assert (told.late, told.dropped) == (0, 0)
    until(
        lambda: ships.prometheus.value(REQUESTS) == told.sent,
        10,
        f"all {told.sent} requests are counted",
    )
    assert ships.prometheus.value(FAILED) == told.failed > 0
    each = ships.prometheus.query(f"sum by (pod) (http_requests_total{{{SERVICE}}})")
    assert len(each) == REPLICAS
    assert min(float(pod["value"][1]) for pod in each) > told.sent / REPLICAS / 2


def test_both_sources_of_slis_agree(ships: Fleet, before: int, told: Sent) -> None:
    until(
        lambda: abs(counted_by_slos(ships) - before - told.sent) <= ONE_SAMPLE,
        20,
        f"Prometheus' SLOs hold {told.sent} requests more than {before}",
    )
    report = ships.get("/api/slo")
    until(
        lambda: _timeline(ships)["total"] == told.sent, 5, "the last second is folded"
    )
    timeline = _timeline(ships)
    for slo in report["slos"]:
        bad = timeline["bad"].get(slo["name"], [0, 0])
        assert slo["total"] - slo["good"] == pytest.approx(
            bad[0], abs=ONE_SAMPLE * RATE
        )
        charged = slo["budgetWithoutExercises"]["consumed"]
        assert charged == pytest.approx(bad[0] - bad[1], abs=ONE_SAMPLE * RATE)


def _timeline(ships: Fleet) -> dict[str, Any]:
    query = "SELECT total, bad FROM sli_timeline ORDER BY second DESC LIMIT 1"
    with psycopg.connect(ships.setup.database_url) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return {"total": row[0], "bad": row[1]}


def test_who_signs_in_at_one_replica_has_a_console_at_another(
    ships: Fleet, told: Sent
) -> None:
    first, *others = ships.replicas
    held = dict(each.split("=", 1) for each in sign_in(first).split("; "))
    session = held[_cookie_name(first)]
    for other in others:
        # In the cluster the cookie has one name; here each port has its own.
        mine = f"{_cookie_name(other)}={session}"
        page = httpx.get(f"{other.url}/console/live", headers={"Cookie": mine})
        assert page.status_code == 200, page.headers.get("location")
        asyncio.run(_looks_on(other, mine))


def _cookie_name(server: Server) -> str:
    place = f"{server.setup.home.resolve()}:{server.port}"
    return f"ironclad_session_{hashlib.sha256(place.encode()).hexdigest()[:8]}"


async def _looks_on(server: Server, cookie: str) -> None:
    console = await Console.open(server, cookie)
    snapshot = await asyncio.wait_for(console.snapshot(), 10)
    assert snapshot["slos"], "the console moves"
    console.close()


@dataclass(frozen=True, slots=True)
class Replaced:
    before: set[int]  # processes
    after: set[int]
    sent: Sent  # until the incident was over


@pytest.fixture(scope="module")
def replaced(ships: Fleet, told: Sent) -> Replaced:
    """All replicas are, while the quiet time of the fault's incident passes."""
    before = {each.pid for each in ships.replicas}
    with Traffic(ships.setup, ships.nginx.url) as traffic:
        until(lambda: ships.get("/api/traffic")["ok"] > 100, 20, "traffic")
        ships.replace_all()
        after = {each.pid for each in ships.replicas}
        until(lambda: _state(ships) == "resolved", 60, "it resolves itself")
        return Replaced(before, after, traffic.finish())


def _state(ships: Fleet) -> str:
    return str(ships.get("/api/incidents")[0]["state"])


def test_all_replicas_are_replaced_without_a_failed_request(replaced: Replaced) -> None:
    sent = replaced.sent
    assert replaced.before.isdisjoint(replaced.after)
    assert (sent.failed, sent.late, sent.dropped) == (0, 0, 0)
    assert sent.ok == sent.sent > 200


@pytest.mark.usefixtures("replaced")
def test_alertmanager_opened_one_incident_and_it_ended(ships: Fleet) -> None:
    incidents = ships.get("/api/incidents")
    (incident,) = incidents
    whole = ships.get(f"/api/incidents/{incident['id']}")
    assert {member["source"] for member in whole["members"]} == {"alertmanager"}
    assert FAST in incident["alerts"]
    kinds = [event["kind"] for event in whole["timeline"]]
    assert kinds.count("opened") == kinds.count("resolved") == 1


def test_a_replica_that_dies_takes_only_what_it_was_at(
    ships: Fleet, told: Sent
) -> None:
    ships.post("/api/chaos", {"errorRate": 0, "latencyMs": 100, "reason": "stays on"})
    total = _timeline(ships)["total"]
    with Traffic(ships.setup, ships.nginx.url) as traffic:
        until(lambda: _timeline(ships)["total"] > total + 100, 20, "traffic")
        dead = ships.replicas.pop()
        dead.kill()
        dead.client.close()
        ships.show()
        plan = ships.get("/api/chaos")
        assert (plan["enabled"], plan["latencyMs"]) == (True, 100)
        until(lambda: _timeline(ships)["total"] > total + 250, 20, "it goes on")
        sent = traffic.finish()
    # Those on their way to it when it died, and no others.
    assert sent.failed <= IN_FLIGHT
    assert sent.ok >= sent.sent - IN_FLIGHT
    # Its counts are kept, but for the second that it had not stored.
    lost = until(lambda: _settled(ships, total + sent.ok), 10, "samples are folded")
    assert lost <= 60
    ships.post("/api/chaos/disable")


def _settled(ships: Fleet, expected: int) -> int | None:
    before = _timeline(ships)["total"]
    time.sleep(1.2)
    now = _timeline(ships)["total"]
    return max(1, expected - now) if now == before else None


def test_without_redis_everything_goes_on(ships: Fleet, told: Sent) -> None:
    assert ships.redis.keys(), "counts are shared"
    ships.redis.kill()
    began = time.monotonic()
    for _ in range(20):
        ships.get("/api/users?limit=1")
    assert time.monotonic() - began < 10
    ships.start_replica()  # one that has never seen it
    ships.show()
    assert ships.get("/api/slo")["slos"]
    states = {
        b["state"]
        for b in ships.get("/api/resilience")["breakers"]
        if b["name"] == "redis"
    }
    assert states
    ships.redis.start()
    until(
        lambda: ships.redis.keys() or (ships.get("/api/users?limit=1") and None),
        20,
        "counts again",
    )
