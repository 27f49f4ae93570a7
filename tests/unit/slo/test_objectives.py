from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from sre_console.slo import windows
from sre_console.slo.documents import DocumentInvalid
from sre_console.slo.objectives import load

SHIPPED = Path(__file__).parents[3] / "deploy" / "slo"
PERIOD = timedelta(days=30)


def test_the_three_slos_are_as_promised() -> None:
    found = {o.name: o for o in load(SHIPPED)}
    assert {name: o.target for name, o in found.items()} == {
        "availability": 0.999,
        "latency": 0.95,
        "error-rate": 0.99,
    }
    assert {o.window for o in found.values()} == {PERIOD}
    assert [found[n].budget for n in ("availability", "latency")] == [0.001, 0.05]


def test_they_come_in_the_order_their_annotations_ask_for() -> None:
    assert [o.name for o in load(SHIPPED)] == ["availability", "latency", "error-rate"]


def test_an_slo_without_a_place_comes_last(tmp_path: Path) -> None:
    for name in ("availability", "latency"):
        text = (SHIPPED / f"{name}.yaml").read_text()
        if name == "availability":
            text = re.sub(r"  annotations:\n.*\n", "", text)
        (tmp_path / f"{name}.yaml").write_text(text)
    assert [o.name for o in load(tmp_path)] == ["latency", "availability"]


@pytest.mark.parametrize(
    ("status", "bad"), [(200, False), (404, False), (499, False), (500, True)]
)
def test_availability_judges_the_status(status: int, bad: bool) -> None:
    availability = load(SHIPPED)[0]
    assert availability.bad(status, 9.0) is bad


@pytest.mark.parametrize(("seconds", "bad"), [(0.5, False), (0.5001, True)])
def test_latency_judges_every_answer_by_its_duration(seconds: float, bad: bool) -> None:
    latency = {o.name: o for o in load(SHIPPED)}["latency"]
    assert latency.bad(200, seconds) is bad
    assert latency.bad(500, seconds) is bad
    assert latency.bad(499, seconds) is bad


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("target: 0.999", "target: 1", "spec.objectives[0].target"),
        ("target: 0.999", "target: high", "spec.objectives[0].target"),
        ("target: 0.999", "target: .nan", "spec.objectives[0].target"),
        ("duration: 30d", "duration: 30 days", "spec.timeWindow[0].duration"),
        ("isRolling: true", "isRolling: false", "spec.timeWindow[0].isRolling"),
        ("Occurrences", "Timeslices", "spec.budgetingMethod"),
        ("openslo/v1", "openslo/v2", "apiVersion"),
        ("  service: users\n", "", "spec.service"),
        ("  service: users\n", "  service: users\n  servce: x\n", "spec.servce"),
        ("badStatusFrom: 500", "badStatusFrom: 50", "badStatusFrom"),
        ("badStatusFrom: 500", "badSlowerThanSeconds: 0", "badSlowerThanSeconds"),
        ("badStatusFrom: 500", "worse: 1", "spec.worse"),
        ("type: ironclad", "type: Prometheus", "metricSource.type"),
        ('order: "1"', "order: 1", "annotations.ironclad/order"),
        ('order: "1"', 'order: "first"', "annotations.ironclad/order"),
        ("ironclad/order", "ironclad/odrer", "annotations.ironclad/odrer"),
        ("name: availability\n  disp", "name: 'A b'\n  disp", "metadata.name"),
    ],
)
def test_what_is_wrong_is_named_by_file_and_field(
    tmp_path: Path, old: str, new: str, field: str
) -> None:
    text = (SHIPPED / "availability.yaml").read_text()
    assert old in text
    (tmp_path / "one.yaml").write_text(text.replace(old, new, 1))
    with pytest.raises(DocumentInvalid) as caught:
        load(tmp_path)
    assert caught.value.file == "one.yaml"
    assert caught.value.field.endswith(field)


def test_two_slos_may_not_share_a_name(tmp_path: Path) -> None:
    text = (SHIPPED / "availability.yaml").read_text()
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text(text)
    with pytest.raises(DocumentInvalid, match=r"b\.yaml: metadata\.name"):
        load(tmp_path)


def test_a_folder_without_slos_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentInvalid):
        load(tmp_path)


def test_what_is_not_yaml_is_refused_by_its_file(tmp_path: Path) -> None:
    (tmp_path / "one.yaml").write_text("a: [")
    with pytest.raises(DocumentInvalid, match=r"one\.yaml"):
        load(tmp_path)


def test_thresholds_follow_from_shares_and_windows() -> None:
    rules = windows.load(SHIPPED / "windows.yaml")
    assert [rule.threshold(PERIOD) for rule in rules] == pytest.approx([14.4, 6, 3, 1])
    assert [rule.severity for rule in rules] == ["page", "page", "ticket", "ticket"]
    assert [rule.short for rule in rules] == ["5m", "30m", "2h", "6h"]


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("shortWindow: 5m", "shortWindow: 30m", "shortWindow"),
        ("longWindow: 1h", "longWindow: 7h", "longWindow"),
        ("budgetShare: 0.02", "budgetShare: 2", "budgetShare"),
        ("severity: page", "severity: siren", "severity"),
    ],
)
def test_a_wrong_rule_is_named_by_its_field(
    tmp_path: Path, old: str, new: str, field: str
) -> None:
    text = (SHIPPED / "windows.yaml").read_text()
    path = tmp_path / "windows.yaml"
    path.write_text(text.replace(old, new, 1))
    with pytest.raises(DocumentInvalid) as caught:
        windows.load(path)
    assert caught.value.field == f"spec.rules[0].{field}"
