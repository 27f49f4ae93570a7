from __future__ import annotations

import json
from typing import Any

import pytest

from sre_console.slo.objectives import Objective, Rule
from sre_console.slo.promql import bad_events
from sre_console.slo.recorded import (
    EVENTS,
    Count,
    NotAnAnswer,
    Recorded,
    query,
    read,
    scalars,
)
from sre_console.slo.standings import recorded_standings
from tests.unit.incidents.test_rules import SLOS

AT = 1_764_000_000.0
BURNS = {"5m": 0.07, "1h": 0.01}


def answer(*series: tuple[dict[str, str], list[tuple[float, str]]]) -> bytes:
    result = [{"metric": labels, "values": values} for labels, values in series]
    return json.dumps(
        {"status": "success", "data": {"resultType": "matrix", "result": result}}
    ).encode()


def one(name: str, value: float, *, at: float = AT, **labels: str) -> Any:
    return {"__name__": name, **labels}, [(at - 30, "0"), (at, str(value))]


def everything() -> bytes:
    ratios = [
        one(f"slo:sli_error:ratio_rate{w}", r, slo="availability")
        for w, r in BURNS.items()
    ]
    counts = [
        one(f"{name}:increase{span}", value, slo="availability", outcome=outcome)
        for name, span, outcome, value in (
            ("slo:sli_events", "30d", "total", 100_000.4),
            ("slo:sli_events", "30d", "bad", 40.2),
            ("slo:sli_exercise_events", "30d", "total", 50.0),
            ("slo:sli_exercise_events", "30d", "bad", 30.0),
            ("slo:sli_exercise_events", "1h", "total", 10.0),
            ("slo:sli_exercise_events", "1h", "bad", 6.0),
        )
    ]
    return answer(*ratios, *counts, one("sli:events:increase1h", 1010.0))


def known(body: bytes, scale: float = 1) -> Recorded:
    found = read(body, scale=scale)
    assert found is not None
    return found


def test_both_ledgers_and_the_burns_follow_from_the_records() -> None:
    found = recorded_standings(SLOS, known(everything()), scale=1).of("availability")
    assert found.current == pytest.approx(1 - 40 / 100_000)
    assert found.all_events.remaining_ratio == pytest.approx(1 - 40 / 100)
    assert found.without_exercises.remaining_ratio == pytest.approx(1 - 10 / 99.95)
    assert found.burns["5m"] == pytest.approx(70)
    assert found.burns["3d"] is None
    assert found.status == "burning"
    month = 30 * 86_400
    assert found.exhausts_in == pytest.approx(0.6 * month / 10)
    # 10.1 bad ones of 1,010 in the hour, 6 of 10 in exercises
    without = (4.1 / 1000) / 0.001
    left = 1 - 10 / 99.95
    assert found.exhausts_in_without == pytest.approx(left * month / without)


def test_an_slo_without_records_has_no_data() -> None:
    found = recorded_standings(SLOS, known(everything()), scale=1).of("latency")
    assert (found.status, found.current) == ("no_data", None)


def test_a_record_that_has_ended_is_none() -> None:
    old = one("slo:sli_error:ratio_rate5m", 0.5, at=AT - 76, slo="availability")
    found = known(answer(old, one("sli:events:increase1h", 5)))
    assert found.burn("availability", "5m", 0.001) is None


def test_what_is_recorded_seldom_lives_longer() -> None:
    old = one(f"{EVENTS}:increase30d", 500, at=AT - 290, slo="latency", outcome="total")
    found = known(answer(old, one("sli:events:increase1h", 5)))
    assert found.period("latency", "30d").total == 500


def test_no_events_are_no_data_and_not_a_ratio() -> None:
    nan = one("slo:sli_error:ratio_rate5m", float("nan"), slo="availability")
    assert known(answer(nan)).burn("availability", "5m", 0.001) is None


def test_of_two_servers_the_newest_counts() -> None:
    name = "sli:events:increase1h"
    first, second = one(name, 7, at=AT - 1, replica="a"), one(name, 8, replica="b")
    assert known(answer(second, first)).held("1h") == 8


@pytest.mark.parametrize(
    ("recorded", "burn"),
    [(1e308, 1000), (2.0, 1000), (-1e-17, 0), (-3.0, 0), (0.5, 500)],
)
def test_a_share_is_between_none_and_all(recorded: float, burn: float) -> None:
    """Rounding makes a latency's slightly negative; a broken server tells anything."""
    found = known(answer(one("slo:sli_error:ratio_rate5m", recorded, slo="latency")))
    assert found.burn("latency", "5m", 0.001) == pytest.approx(burn)


def test_fewer_than_no_events_are_none() -> None:
    name = f"{EVENTS}:increase30d"
    counts = [one(name, -7, slo="latency", outcome=what) for what in ("total", "bad")]
    found = known(answer(*counts))
    assert found.period("latency", "30d") == Count(0, 0)


def test_nothing_recorded_is_told() -> None:
    assert read(answer(), scale=1) is None


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        b'"text"',
        b"null",
        b'{"status":"error","error":"too many samples"}',
        b'{"status":"success","data":{"resultType":"vector","result":[]}}',
        b'{"status":"success","data":{"resultType":"matrix","result":[{"metric":{}}]}}',
        b'{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[["x","y"]]}]}}',
        b'{"status":"success","data":{"resultType":"matrix","result":[{"metric":{},"values":[[1%s,"1"]]}]}}'
        % (b"0" * 400),
        b'{"status":"success","data":[]}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_answer_is_refused(body: bytes) -> None:
    with pytest.raises(NotAnAnswer):
        read(body, scale=1)
    with pytest.raises(NotAnAnswer):
        scalars(body.replace(b"vector", b"scalar"))


@pytest.mark.parametrize("label", [["x"], {"x": 1}, 5, None])
def test_a_label_that_is_no_text_is_of_no_record(label: object) -> None:
    metric: Any = {"__name__": label, "slo": "availability"}
    found = known(answer((metric, [(AT, "1")]), one("sli:events:increase1h", 5)))
    assert found.held("1h") == 5


def test_a_number_beyond_all_numbers_is_refused() -> None:
    figure = {"metric": {"what": "total"}, "value": [1, 10**400]}
    data = {"resultType": "vector", "result": [figure]}
    with pytest.raises(NotAnAnswer):
        scalars(json.dumps({"status": "success", "data": data}).encode())


def test_it_asks_for_the_moments_of_the_evaluations() -> None:
    assert query(1).endswith("[360s]")
    assert query(60).endswith("[10s]")


def test_slow_requests_are_counted_by_the_histogram() -> None:
    (latency,) = [each for each in SLOS if each.name == "latency"]
    assert bad_events(latency, "5m") == (
        'sum(increase(http_request_duration_seconds_count{route=~"/api/users.*"}[5m]))\n'
        '- sum(increase(http_request_duration_seconds_bucket{route=~"/api/users.*", le="0.5"}[5m]))'
    )
    assert isinstance(latency, Objective)
    assert isinstance(latency.rule, Rule)
