"""Two intervals, compared from bulk samples at made-up moments."""

from __future__ import annotations

import pytest

from ironclad.errors import FieldsInvalid
from sre_console.models import SliSample
from sre_console.resilience.comparison import LONGEST, Span, comparison, span_read
from sre_console.slo.timeline import fold
from tests.clock import FakeClock
from tests.integration.slo.conftest import EPOCH, sample

pytestmark = pytest.mark.django_db


AFTER = FakeClock(EPOCH + 121)


@pytest.fixture
def _history(db: None) -> None:
    """A minute with retries, then a minute without, under the same fault."""
    rows = []
    for second in range(60):
        row = sample(EPOCH + second, bad=0, exercise=4, duration=0.02)
        row.work = {"calls": 53, "retries": 3}
        rows.append(row)
    for second in range(60, 120):
        row = sample(EPOCH + second, bad=3, drilled=3, exercise=3, duration=0.3)
        row.work = {"calls": 50, "breaker": 1, "degraded": 2}
        rows.append(row)
    SliSample.objects.bulk_create(rows)
    fold()


@pytest.mark.usefixtures("_history")
def test_the_same_fault_with_retries_and_without() -> None:
    a, b = Span(EPOCH, EPOCH + 60), Span(EPOCH + 60, EPOCH + 120)
    found = comparison(a, b, by=AFTER)
    with_retries, without = found["a"], found["b"]
    assert isinstance(with_retries, dict)
    assert isinstance(without, dict)
    assert with_retries["requests"] == without["requests"] == 3000
    assert (with_retries["errorRate"], without["errorRate"]) == (0, 0.06)
    assert (with_retries["callsPerRequest"], without["callsPerRequest"]) == (1.06, 1)
    assert (with_retries["callsPerSecond"], with_retries["retries"]) == (53, 180)
    assert without["refused"] == {"breaker": 60, "bulkhead": 0, "deadline": 0}
    assert without["degraded"] == 120
    assert with_retries["p95"] < 0.03
    assert without["p95"] > 0.2
    # 180 bad events of a budget of one in a thousand of 6,000
    assert without["budgetSpent"]["availability"] == pytest.approx(30)
    assert with_retries["budgetSpent"]["availability"] == 0


@pytest.mark.usefixtures("_history")
def test_an_interval_without_data_is_no_data() -> None:
    nothing = Span(EPOCH + 1000, EPOCH + 1060)
    found = comparison(nothing, nothing, by=AFTER)["a"]
    assert isinstance(found, dict)
    assert (found["requests"], found["covered"]) == (0, 0)
    assert found["errorRate"] is found["p95"] is found["callsPerRequest"] is None
    assert found["budgetSpent"] == {}


def test_without_any_history_it_answers_too() -> None:
    found = comparison(Span(EPOCH, EPOCH + 1), Span(EPOCH, EPOCH + 1), by=AFTER)
    assert isinstance(found["a"], dict)
    assert found["a"]["requests"] == 0


def test_a_span_is_a_moment_and_a_length() -> None:
    assert span_read("2026-01-31T12:00:00.5Z", "60", field="a") == Span(
        1769860800, 1769860860
    )


@pytest.mark.parametrize(
    "began", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"]
)
def test_the_ends_of_the_calendar_hold_nothing(began: str) -> None:
    far = span_read(began, str(LONGEST), field="a")
    found = comparison(far, far, by=AFTER)["a"]
    assert isinstance(found, dict)
    assert found["requests"] == 0


@pytest.mark.parametrize(
    ("began", "seconds", "fields"),
    [
        ("", "", ["aFrom", "aSeconds"]),
        ("2026-01-31T12:00:00", "60", ["aFrom"]),
        ("yesterday", "60", ["aFrom"]),
        ("2026-01-31T12:00:00Z", "0", ["aSeconds"]),
        ("2026-01-31T12:00:00Z", "-5", ["aSeconds"]),
        ("2026-01-31T12:00:00Z", "1.5", ["aSeconds"]),
        ("2026-01-31T12:00:00Z", "٣", ["aSeconds"]),
        ("2026-01-31T12:00:00Z", "9" * 5000, ["aSeconds"]),
    ],
)
def test_it_names_what_is_wrong(began: str, seconds: str, fields: list[str]) -> None:
    with pytest.raises(FieldsInvalid) as refusal:
        span_read(began, seconds, field="a")
    assert [field for field, _ in refusal.value.problems] == fields
