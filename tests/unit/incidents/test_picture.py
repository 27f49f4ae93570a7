"""The charts of an incident as a picture."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

from sre_console.incidents.picture import picture

SVG = "{http://www.w3.org/2000/svg}"


def figures(**fields: Any) -> dict[str, Any]:
    given: dict[str, Any] = {
        "from": 0, "to": 4, "t": [0, 1, 2, 3], "err": [0, 0.07, None, 0.02],
        "p95": [0.1] * 4, "p99": [0.2] * 4,
        "burn": {"5m": [0, 70, 70, 1], "1h": [0, 5, 15, 14], "6h": [0, 1, 2, 3]},
        "bands": [{"from": 1, "to": None}],
        "breaches": [{"severity": "page", "from": 2, "to": 3, "name": "<script>"}],
    }  # fmt: skip
    return given | fields


def test_it_says_the_worst_of_each_chart_in_words() -> None:
    root = ET.fromstring(picture(figures()))  # noqa: S314
    assert root.attrib["aria-label"] == (
        "Errors: at most 7 %; Latency: at most 200 ms; Burn rate: at most 70x"
    )


def test_windows_come_shortest_first_whatever_their_order() -> None:
    lines = figures()["burn"]
    turned = picture(figures(burn={name: lines[name] for name in ("1h", "6h", "5m")}))
    assert turned == picture(figures())


def test_a_gap_is_no_data_and_not_a_line() -> None:
    root = ET.fromstring(picture(figures()))  # noqa: S314
    (errors,) = [
        path.attrib["d"] for path in root.iter(f"{SVG}path")
        if path.get("class") == "pic-burn" and path.attrib["d"].count("L") == 1
        and path.attrib["d"].count("M") == 2
    ]  # fmt: skip
    assert errors


def test_faults_and_alerts_are_bars_at_their_time() -> None:
    root = ET.fromstring(picture(figures()))  # noqa: S314
    bars = {r.get("class"): r for r in root.iter(f"{SVG}rect")}
    fault, alert = bars["pic-fault"], bars["pic-burn"]
    assert float(fault.attrib["width"]) == 3 * float(alert.attrib["width"])


def test_nothing_that_somebody_typed_is_in_it() -> None:
    assert "script" not in picture(figures())


def test_a_game_day_has_its_steps_and_its_checks() -> None:
    steps = [{"index": 0, "from": 0, "to": 2}, {"index": 1, "from": 2, "to": None}]
    marks = [
        {"at": 2, "kind": "check_passed", "step": 0},
        {"at": 3, "kind": "check_failed", "step": 1},
        {"at": 4, "kind": "finished", "step": None},
    ]
    root = ET.fromstring(picture(figures(steps=steps, marks=marks)))  # noqa: S314
    drawn = [each.get("class") for each in root.iter()]
    assert (drawn.count("pic-step"), drawn.count("pic-ok")) == (2, 1)
    words = [each.text for each in root.iter(f"{SVG}text")]
    assert {"Steps", "Checks", "1", "2"} <= set(words)


def test_an_incident_has_no_lane_for_steps() -> None:
    assert "Steps" not in picture(figures())


def test_there_is_none_of_nothing() -> None:
    assert picture(figures(t=[])) == ""
