"""A started server injects as many bad events as its share allows, and no more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from tests.acceptance.harness.processes import Server, Setup
from tests.acceptance.harness.waiting import until

pytestmark = [pytest.mark.acceptance, pytest.mark.patient]
# each failed call is one bad request
PLAIN = {"IRONCLAD_RETRY_ATTEMPTS": "1", "IRONCLAD_BREAKER_FAILURES": "1000"}
HOLD = """
from sre_console.audit.actor import SYSTEM
from sre_console.chaos.allowance import dealt
from sre_console.chaos.holding import plan_hold
from sre_console.chaos.plan import FaultSpec
from sre_console.models import Replica
plan_hold(
    holder="{key}", title="", spec=FaultSpec({fault}=1), reason="", actor=SYSTEM,
    allowance=dealt(
        "{key}", {{"availability": 5}}, {{}},
        [str(Replica.objects.order_by("-seen_at")[0].pk)],
    ),
)
"""


@pytest.fixture
def plain(setup: Setup) -> Iterator[Server]:
    with Server(replace(setup, more=PLAIN)) as running:
        yield running


def held(server: Server, key: str, fault: str) -> None:
    server.setup.manage(
        "shell", "--no-imports", "-c", HOLD.format(key=key, fault=fault)
    )
    until(lambda: confirmed(server), 15, "the server holds the plan")


def confirmed(server: Server) -> bool:
    plan = server.get("/api/chaos")
    assert isinstance(plan, dict)
    return plan["enabled"] is True and plan["replicas"]["confirmed"] == 1


def statuses(server: Server, number: int) -> list[int]:
    """Of requests for a user that is not there: the cheapest that faults can reach."""
    path = "/api/users/2147483647"
    return [server.client.get(path).status_code for _ in range(number)]


def spent(server: Server, key: str) -> tuple[int, bool]:
    query = """
        SELECT (bad->>'availability')::int, spent_out FROM fault_tally
        WHERE allowance_key = %s
    """
    with psycopg.connect(server.setup.database_url) as connection:
        return connection.execute(query, [key]).fetchone() or (0, False)


def test_errors_and_a_failing_database_end_with_the_request_that_spends_the_share(
    plain: Server,
) -> None:
    for key, fault, bad in (
        ("game-day-7", "error_rate", 500),
        ("game-day-8", "dependency_error_rate", 503),
    ):
        held(plain, key, fault)
        assert statuses(plain, 8) == [bad] * 5 + [404] * 3
        until(lambda key=key: spent(plain, key) == (5, True), 15, "it is told")  # type: ignore[misc]
        plan = plain.get("/api/chaos")
        assert isinstance(plan, dict)
        assert (plan["enabled"], plan["holder"]) == (True, key)
        plain.post("/api/chaos/disable")
