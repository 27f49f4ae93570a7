"""The report holds all in itself, tells what failed, and what has changed since the last run."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.load.figures import Figure
from tests.load.shaped import outcome, report
from tests.load.shaped.book import Book, Sample
from tests.load.shaped.chart import Band, knee, latencies, rates, spread
from tests.load.shaped.drawing import drawn
from tests.load.shaped.knee import Step
from tests.load.shaped.outcome import Change, Outcome, changes
from tests.load.shaped.parts.part import Part, Table

AT = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
HELD = Figure("p99", "20 ms", "< 100 ms", ok=True)
BROKEN = Figure("errors <b>", "5 %", "< 1 %", ok=False)
EXACT = {"at", "shape", "server", "processes", "cores", "mix", "knee_rps", "p99_ms"}


def book() -> Book:
    samples = [Sample(n / 20, 0.0, 0.01 + n / 1e4, "get", 200) for n in range(100)]
    return Book([each.due for each in samples], samples)


def part(*figures: Figure, p99: float = 20.0) -> Part:
    charts = [
        rates(book(), [Band("fault", 1, 2)]),
        latencies(book(), 0.5),
        spread(book(), 0.5),
    ]
    made = Part("ramp", "Ramp", "What was done.", list(figures), charts=charts)
    made.numbers = {"p99 ms": p99, "knee requests/s": 100.0}
    made.tables = [Table("By answer", ["status", "n"], [["200", "100"]])]
    made.knee_rps, made.p99_ms = 100.0, p99
    return made


def whole(*parts: Part, at: datetime = AT) -> Outcome:
    about = {
        "Machine": {"cores": "2"},
        "Versions": {},
        "Settings": {"arrivals": "even"},
    }
    return Outcome(at, "ramp", "daphne", 1, 2, "own", parts, about)


def test_the_summary_has_what_others_read_of_it() -> None:
    told = whole(part(HELD)).json()
    assert told.keys() >= EXACT | {"thresholds"}
    assert (told["knee_rps"], told["p99_ms"], told["mix"]) == (100.0, 20.0, "crud")
    assert told["thresholds"] == [
        {"name": "ramp: p99", "measured": "20 ms", "target": "< 100 ms", "ok": True}
    ]


def test_what_is_not_a_number_is_none_in_the_summary() -> None:
    told = json.dumps(whole(part(HELD, p99=math.inf)).json(), allow_nan=False)
    assert json.loads(told)["p99_ms"] is None


def test_one_threshold_that_fails_fails_the_run() -> None:
    assert whole(part(HELD)).ok
    assert not whole(part(HELD), part(HELD, BROKEN)).ok
    assert not whole(part()).ok, "nothing judged is nothing passed"
    assert not whole().ok


def test_the_page_asks_nothing_of_the_network() -> None:
    page = report.page(whole(part(HELD)), None, "")
    assert not re.search(r"https?://|\bsrc=|<link|<script|@import|url\(", page)
    assert "prefers-color-scheme: light" in page


def test_the_page_tells_what_failed_in_words_and_nothing_as_markup() -> None:
    page = report.page(whole(part(HELD, BROKEN)), None, "by <hand>")
    assert page.count("✗ failed") == 2  # of the run, and of its part
    assert page.count("✗ fails") == 1
    assert "errors &lt;b&gt;" in page
    assert "by &lt;hand&gt;" in page


@pytest.mark.parametrize("chart", part(HELD).charts, ids=lambda chart: chart.title)
def test_a_drawing_is_whole_and_told_in_words(chart: object) -> None:
    figure = ET.fromstring(drawn(chart))  # type: ignore[arg-type]  # noqa: S314 - ours
    svg = next(figure.iter("svg"))
    assert svg.get("role") == "img"
    assert "bound" in svg.get("aria-label", "") or "asked" in svg.get("aria-label", "")
    places = re.findall(
        r"-?\d+\.\d", " ".join(p.get("d", "") for p in svg.iter("path"))
    )
    assert places
    assert all(0 <= float(place) <= 1000 for place in places)


def test_the_knee_stands_on_its_chart() -> None:
    steps = [
        Step(rate, 0, 1, p99, 0, 1, held)
        for rate, p99, held in [
            (50, 0.02, True),
            (90, 0.06, True),
            (130, math.inf, False),
        ]
    ]
    told = drawn(knee(steps, 0.1, steps[1]))
    assert ">90/s</i>" in told
    assert "nan" not in told
    assert "inf" not in told


def test_a_run_is_compared_with_the_newest_of_its_kind(tmp_path: Path) -> None:
    for days, server in ((3, "daphne"), (2, "daphne"), (1, "uvicorn"), (-1, "daphne")):
        old = replace(whole(part(HELD), at=AT - timedelta(days=days)), server=server)
        (tmp_path / f"{old.name}.json").write_text(json.dumps(old.json()))
    (tmp_path / "half.json").write_text('{"at": ')
    (tmp_path / "other.json").write_text("[1]")
    found = outcome.last(tmp_path, whole(part(HELD)).json())
    assert found is not None
    assert found["at"] == (AT - timedelta(days=2)).isoformat()


def test_changes_are_told_by_their_direction() -> None:
    before = whole(part(HELD, p99=20.0)).json()
    found = changes(before, whole(part(HELD, p99=30.0)).json())
    assert [(each.what, each.verdict) for each in found] == [
        ("p99 ms", "worse"),
        ("knee requests/s", "same"),
    ]
    assert "worse: +50 %" in report.page(whole(part(HELD, p99=30.0)), before, "")


@pytest.mark.parametrize(
    ("what", "before", "now", "verdict"),
    [
        ("p99 ms", 100, 80, "better"),
        ("p99 ms", 100, 105, "same"),
        ("knee requests/s", 100, 80, "worse"),
        ("knee requests/s", 100, 130, "better"),
        ("errors %", 0, 5, "same"),  # of nothing there is no ratio
    ],
)
def test_more_is_better_of_rates_alone(
    what: str, before: float, now: float, verdict: str
) -> None:
    assert Change("x", what, before, now).verdict == verdict
