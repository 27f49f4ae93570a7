"""Three replicas under one allowance: what they are told, count and store, on a fake clock."""

from __future__ import annotations

from uuid import UUID

import pytest

from sre_console.audit.actor import Actor
from sre_console.chaos.allowance import dealt
from sre_console.chaos.holding import plan_hold
from sre_console.chaos.plan import FaultSpec
from sre_console.chaos.selectors import (
    allowance_spent,
    allowance_spent_out,
    plan_read,
    plan_status,
)
from sre_console.live.flush import Heartbeat, store
from sre_console.live.recorder import Tally
from sre_console.models import FaultTally
from tests.clock import FakeClock
from tests.unit.chaos.spender import KEY, Spender

pytestmark = pytest.mark.django_db
OPERATOR = Actor("ann", "operator")
SEVEN = FaultSpec(error_rate=0.07)
NAMES = [str(UUID(int=number)) for number in (1, 2, 3)]


class Fleet:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.replicas = [Spender(name, self.clock) for name in NAMES]

    def hold(self, limit: int, *, alive: list[str] = NAMES) -> None:
        plan_hold(
            holder=KEY,
            title="",
            spec=SEVEN,
            reason="",
            actor=OPERATOR,
            allowance=dealt(KEY, {"availability": limit}, allowance_spent(KEY), alive),
        )

    def second(self) -> None:
        """What each replica does in a second: read, serve 50 requests, store."""
        self.clock.advance(1)
        for replica in self.replicas:
            plan, _remaining = plan_read()
            replica.confirm(plan, remaining=60, asked=self.clock.monotonic())
            for _ in range(50):
                replica.serve()
            spent = replica.spending.unstored()
            beat = Heartbeat(UUID(replica.name), 1000.0, replica.version)
            store([], {}, beat, spent=spent)
            replica.spending.stored(spent)

    @property
    def bad(self) -> int:
        return sum(replica.seen["availability"] for replica in self.replicas)


@pytest.fixture
def fleet() -> Fleet:
    return Fleet()


@pytest.mark.parametrize("limit", [1, 3, 107, 108, 110])
def test_together_they_reach_the_limit_and_never_exceed_it(
    fleet: Fleet, limit: int
) -> None:
    fleet.hold(limit)
    for _ in range(15):
        fleet.second()
    assert limit - len(NAMES) <= fleet.bad <= limit
    assert sum(spent["availability"] for spent in allowance_spent(KEY).values()) == (
        fleet.bad
    )
    assert allowance_spent_out(KEY) == set(NAMES)


def test_the_limit_holds_through_steps_and_the_loss_of_a_replica(fleet: Fleet) -> None:
    fleet.hold(108)
    for _ in range(4):
        fleet.second()
    gone = fleet.replicas.pop()
    fleet.hold(108, alive=NAMES[:2])
    for _ in range(25):
        fleet.second()
    assert gone.seen["availability"] == 14
    assert fleet.bad + 14 == 108
    assert allowance_spent_out(KEY) == set(NAMES[:2])


def test_a_replica_that_comes_later_injects_nothing_until_the_next_deal(
    fleet: Fleet,
) -> None:
    fleet.hold(108, alive=NAMES[:2])
    fleet.second()
    assert fleet.replicas[2].seen == {}
    assert allowance_spent_out(KEY) == set()
    fleet.hold(108)
    fleet.second()
    assert fleet.replicas[2].seen["availability"] == 3


def test_a_new_deal_forgets_who_was_out_before(fleet: Fleet) -> None:
    fleet.hold(3)
    for _ in range(2):
        fleet.second()
    assert allowance_spent_out(KEY) == set(NAMES)
    fleet.hold(300)
    fleet.second()
    assert allowance_spent_out(KEY) == set()


def test_other_keys_are_left_out() -> None:
    assert allowance_spent("game-day-8") == {}
    assert allowance_spent_out("game-day-8") == set()


def test_the_cost_and_the_tally_of_a_replica_share_a_row(fleet: Fleet) -> None:
    fleet.hold(108)
    fleet.second()
    beat = Heartbeat(UUID(NAMES[0]), 1000.0, 1)
    store([], {1: Tally(requests=50, failed=3, errors=3)}, beat)
    row = FaultTally.objects.get(version=1, replica=NAMES[0])
    assert (row.requests, row.errors, row.bad["availability"]) == (50, 3, 3)
    fleet.second()
    row.refresh_from_db()
    assert (row.requests, row.bad["availability"]) == (50, 7)
    assert plan_status().errors == 3
