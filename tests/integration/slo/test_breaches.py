from __future__ import annotations

import pytest

from sre_console.models import BurnBreach
from sre_console.slo import lookup
from sre_console.slo.breaches import breaches_update
from sre_console.slo.objectives import burn_rules, objectives
from sre_console.slo.seeding import seed_gaps
from sre_console.slo.standings import standings
from sre_console.slo.timeline import fold
from tests.integration.slo.conftest import EPOCH, Feed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def history(db: None) -> None:
    seed_gaps(EPOCH, scale=60, rps=50, period=30 * 86_400)


def judge(now: int) -> None:
    fold()
    breaches_update(standings(objectives(), now=now, scale=60), burn_rules())


def opened(window: str = "1h", slo: str = "availability") -> BurnBreach | None:
    return BurnBreach.objects.filter(slo=slo, window=window).first()


def test_seven_percent_pages_after_12_34_seconds(feed: Feed) -> None:
    began = None
    for second in range(EPOCH, EPOCH + 40):
        bad = 4 if second % 2 else 3
        feed(range(second, second + 1), bad=bad)
        judge(second + 1)
        if began is None and opened():
            began = second + 1
    assert began == EPOCH + 13
    page_6 = opened("6h")
    assert page_6 is not None
    # after 31 s it is 108 of 108 allowed: exactly on the threshold, so not yet
    assert page_6.began_at == lookup.moment(EPOCH + 32)
    assert page_6.severity == "page"
    assert page_6.threshold == pytest.approx(6)


def test_a_breach_closes_when_its_short_window_has_recovered(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 60), bad=4)
    judge(EPOCH + 60)
    feed(range(EPOCH + 60, EPOCH + 70))
    for second in range(EPOCH + 60, EPOCH + 70):
        judge(second + 1)
    row = opened()
    assert row is not None
    assert row.ended_at is not None


def test_there_is_one_open_breach_a_rule(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 60), bad=10)
    for _ in range(3):
        judge(EPOCH + 60)
    assert BurnBreach.objects.filter(slo="availability", window="1h").count() == 1


def test_three_percent_errors_do_not_page_for_the_error_rate(feed: Feed) -> None:
    feed(range(EPOCH, EPOCH + 60), bad=2)
    judge(EPOCH + 60)
    assert opened(slo="availability") is not None
    assert opened(slo="error-rate") is None


def test_a_breach_of_an_slo_that_is_gone_is_closed(db: None) -> None:
    at = lookup.moment(EPOCH)
    BurnBreach.objects.create(
        slo="old", window="1h", severity="page", threshold=1, burn=2, began_at=at
    )
    judge(EPOCH)
    assert BurnBreach.objects.get(slo="old").ended_at is not None
