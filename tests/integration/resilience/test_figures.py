"""The figures of SLO.md for retries and breaker, by the real code on a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from ironclad.database import guard
from ironclad.resilience.bulkhead import compartment
from ironclad.resilience.effects import effects
from sre_console.slo import capacity

from .rehearsal import RATE, Rehearsal

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.any_postgres]


@pytest.fixture(autouse=True)
def _serving(db: None) -> Iterator[None]:
    connection.close()  # as a request begins: without one
    token = compartment.set("service")
    yield
    effects.set(None)
    compartment.reset(token)


def rehearsal(monkeypatch: pytest.MonkeyPatch, *, attempts: int = 3) -> Rehearsal:
    made = Rehearsal(attempts=attempts)
    monkeypatch.setattr(guard, "service", lambda: made.guard)
    return made


@pytest.mark.parametrize(
    ("extra", "visible", "load", "many"),
    [(2, 0.000343, 1.0749, 9000), (1, 0.0049, 1.07, 3000)],
)
def test_retries_hide_errors_and_raise_the_load(
    monkeypatch: pytest.MonkeyPatch, extra: int, visible: float, load: float, many: int
) -> None:
    service = rehearsal(monkeypatch, attempts=extra + 1)
    service.fault(dependency_error_rate=0.07)
    seen = service.ask(many)
    # Even pacing counts attempts of each number for themselves: exact to one of each.
    assert seen.errors == pytest.approx(visible * many, abs=1)
    assert seen.calls == pytest.approx(load * many, abs=1)
    assert capacity.visible_error_ratio(0.07, extra) == pytest.approx(visible)
    assert capacity.retry_load(0.07, extra) == pytest.approx(load)
    assert service.changes == []


def test_without_retries_every_error_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    service = rehearsal(monkeypatch, attempts=1)
    service.fault(dependency_error_rate=0.07)
    seen = service.ask(2000)
    assert (seen.errors, seen.calls) == (140, 2000)


def test_the_budget_bounds_the_load_when_much_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = rehearsal(monkeypatch)
    service.fault(dependency_error_rate=0.4)
    seen = service.ask(3000)
    assert seen.calls <= 1.1 * 3000
    assert seen.errors > 0.3 * 3000  # what the budget did not let them try again


def test_a_dependency_down_for_a_minute_gets_one_trial_in_30_s(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    service = rehearsal(monkeypatch)
    service.ask(100)  # two healthy seconds
    service.fault(dependency_error_rate=1)
    down = service.ask(60 * RATE)
    # Five failures, and a trial after 30 s; each first failure's retries count as well.
    assert down.calls == 6
    assert down.answered == 0
    assert (
        down.answers["CIRCUIT_OPEN"] == 60 * RATE - down.answers["DATABASE_UNAVAILABLE"]
    )
    opened = service.changes[0][0]
    assert service.changes == [
        (opened, "open"),
        (pytest.approx(opened + 30, abs=0.03), "half_open"),
        (pytest.approx(opened + 30, abs=0.03), "open"),
    ]
    service.fault(dependency_error_rate=0)
    well = service.ask(5 * RATE)
    refused = well.answers["CIRCUIT_OPEN"]
    assert well.answers == {"CIRCUIT_OPEN": refused, "ok": 5 * RATE - refused}
    assert refused < 2 * RATE  # what was left of its 30 s
    assert [state for _, state in service.changes[3:]] == ["half_open", "closed"]


def test_it_opens_at_the_fifth_failure(monkeypatch: pytest.MonkeyPatch) -> None:
    service = rehearsal(monkeypatch, attempts=1)
    service.ask(100)
    service.fault(dependency_error_rate=1)
    assert service.ask(4).answers == {"DATABASE_UNAVAILABLE": 4}
    assert service.changes == []
    assert service.ask(2).answers == {"DATABASE_UNAVAILABLE": 1, "CIRCUIT_OPEN": 1}
    assert service.changes == [(2.1, "open")]
