"""The policy is read strictly, and calls nothing enforced that is not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from sre_console.governance.policy.rules import SUBJECTS, load, strictest
from sre_console.slo.documents import DocumentInvalid

SHIPPED = Path(__file__).parents[3] / "deploy" / "slo" / "policy.yaml"


def names(left: float | None, *firing: str) -> list[str]:
    return [rule.name for rule in load(SHIPPED).holding(left, firing)]


@pytest.fixture(autouse=True)
def _floor(settings: Any) -> None:
    settings.CHAOS_FLOOR, settings.CHAOS_APPROVAL_ABOVE = 0.2, 0.5


def test_what_is_left_decides_which_rules_hold() -> None:
    assert names(0.9) == ["usual"]
    assert names(0.5) == ["usual"]
    assert names(0.49) == ["usual", "half"]
    assert names(0.19) == ["usual", "half", "floor"]
    assert names(0) == names(-1) == ["usual", "half", "floor", "spent"]
    assert names(None) == ["usual"]
    assert names(0.9, "page") == ["usual", "firing"]
    assert names(0.9, "ticket") == ["usual"]


def test_the_floor_is_the_settings(settings: Any) -> None:
    settings.CHAOS_FLOOR = 0.6
    assert names(0.55) == ["usual", "floor"]
    settings.CHAOS_FLOOR = None
    assert names(0.01) == ["usual", "half"]


@pytest.mark.parametrize(
    ("left", "firing", "told"),
    [
        (0.9, (), ["", "approved approval", ""]),
        (0.4, (), ["", "approved approval", "reviewed agreement"]),
        (0.9, ("page",), ["", "frozen firing", "fixes agreement"]),
        (0.1, (), ["frozen chaosFloor", "frozen chaosFloor", "fixes agreement"]),
        (0, (), ["frozen chaosFloor", "frozen chaosFloor", "fixes agreement"]),
    ],
)
def test_the_strictest_counts(left: float, firing: Any, told: list[str]) -> None:
    holding = load(SHIPPED).holding(left, firing)
    found = [strictest(holding, subject) for subject in SUBJECTS]
    assert [f"{each[0].to} {each[0].by}" if each else "" for each in found] == told


def test_an_approval_that_nobody_asks_for_restricts_nothing(settings: Any) -> None:
    settings.CHAOS_APPROVAL_ABOVE = None
    assert strictest(load(SHIPPED).holding(0.9, ()), "gameDays") is None


def changed(tmp_path: Path, change: Any) -> str:
    document = yaml.safe_load(SHIPPED.read_text("utf-8"))
    change(document["spec"]["rules"], document)
    path = tmp_path / "policy.yaml"
    path.write_text(yaml.safe_dump(document))
    with pytest.raises(DocumentInvalid) as refused:
        load(path)
    return str(refused.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda r, _: r[1].pop("below"), "rules[1]: needs one of"),
        (lambda r, _: r[1].update(firing="page"), "needs one of"),
        (lambda r, _: r[1].update(below=1.5), "a ratio from 0 to 1"),
        (lambda r, _: r[1].update(below="IRONCLAD_OTHER"), "must be one of IRONCLAD_CHAOS_FLOOR"),
        (lambda r, _: r[1].update(name="usual"), "another rule named usual"),
        (lambda r, _: r[1].update(title=" "), "rules[1].title: must be text"),
        (lambda r, _: r.pop(0), "the first rule, and no other"),
        (lambda r, _: r[1]["restricts"][0].update(by="chaosFloor"), "chaosFloor freezes"),
        (lambda r, _: r[1]["restricts"][0].update(by="firing"), "firing freezes"),
        (lambda r, _: r[1]["restricts"][0].update(by="approval"), "approval lets"),
        (lambda r, _: r[1]["restricts"][0].update(to="allowed"), "to: must be one of"),
        (lambda r, _: r[1]["restricts"][0].update(extra=1), "is not known here"),
        (lambda _, d: d["spec"].pop("exceptions"), "exceptions: is missing"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(change: Any, told: str, tmp_path: Path) -> None:
    assert told in changed(tmp_path, change)
