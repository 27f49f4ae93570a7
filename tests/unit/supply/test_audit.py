"""`make audit` says that all is well only of what was looked at, and as long as it may."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from supply.audit import __main__ as command
from supply.audit import accepted, javascript, python
from supply.audit.accepted import Accepted, open_ones
from supply.audit.advisories import Advisory, Audited, NotAudited, Part, judged
from supply.requirements import ROOT, read

A, B, CANARY = Part("a", "1"), Part("b", "2"), Part("canary", "0")
KNOWN = Advisory(CANARY, ("OLD-1",))
HOLE = Advisory(B, ("GHSA-1", "CVE-1"), "3")
TODAY = date(2026, 6, 1)


def judge(looked_at: set[Part], found: list[Advisory]) -> Audited:
    return judged("X", wanted={A, B}, looked_at=looked_at, found=found, canary=CANARY)


def test_all_of_the_lock_was_looked_at_and_the_canary_is_left_out() -> None:
    done = judge({A, B, CANARY}, [KNOWN, HOLE])
    assert done.parts == {A, B}
    assert done.advisories == (HOLE,)


@pytest.mark.parametrize(
    ("looked_at", "found", "reason"),
    [
        ({A, CANARY}, [KNOWN], "1 of 2 packages: b 2"),
        (set(), [KNOWN], "2 of 2 packages"),
        ({A, B, CANARY}, [], "known hole in canary 0"),
        ({A, B, CANARY}, [HOLE], "known hole in canary 0"),
        ({A, B, Part("c", "1"), CANARY}, [KNOWN], "other packages"),
    ],
)
def test_anything_less_is_not_an_audit(
    looked_at: set[Part], found: list[Advisory], reason: str
) -> None:
    with pytest.raises(NotAudited, match=reason):
        judge(looked_at, found)


def test_an_empty_lock_is_no_audit() -> None:
    with pytest.raises(NotAudited, match="no package"):
        judged("X", wanted=[], looked_at=[], found=[KNOWN], canary=CANARY)


def test_an_accepted_hole_is_quiet_until_its_day_is_over() -> None:
    entry = Accepted("CVE-1", "b", "why", TODAY)
    assert open_ones([HOLE], [entry], TODAY) == []
    told = open_ones([HOLE], [entry], date(2026, 6, 2))
    assert told == [
        "b 2: GHSA-1 (fixed in 3)",
        "b: CVE-1 was accepted until 2026-06-01",
    ]


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (Accepted("CVE-1", "a", "why", TODAY), "need not be accepted any more"),
        (Accepted("CVE-9", "b", "why", TODAY), "need not be accepted any more"),
        (Accepted("CVE-1", "b", "why", date(2027, 6, 1)), "over half a year"),
    ],
)
def test_an_entry_that_is_wrong_is_told(entry: Accepted, told: str) -> None:
    assert told in open_ones([HOLE], [entry], TODAY)[-1]


def test_what_is_needed_shows_only_where_all_was_looked_at() -> None:
    entry = Accepted("CVE-9", "b", "why", TODAY)
    assert open_ones([], [entry], TODAY, whole=False) == []


def test_an_entry_without_a_reason_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "accepted.toml"
    path.write_text(
        '[[accepted]]\nid = "X"\npackage = "a"\nreason = ""\nuntil = 2026-01-01\n'
    )
    with pytest.raises(ValueError, match="reason"):
        accepted.read(path)


def test_ours_can_be_read() -> None:
    assert all(each.package for each in accepted.read())


def test_both_halves_are_asked_for_all_that_is_locked() -> None:
    pins = {Part(pin.name, pin.version) for pin in read(ROOT / "requirements-dev.txt")}
    assert pins < set(command.python_parts())
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    parts = javascript.parts()
    assert len(parts) == len(lock)  # less the root, and the browser's library
    assert "uplot" in {each.name for each in parts}


class Halves:
    """What the two tools find, or why they do not."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(python, "audit", lambda _: self._half("Python"))
        monkeypatch.setattr(javascript, "audit", lambda _: self._half("JavaScript"))
        monkeypatch.setattr(accepted, "read", list)
        self.found: tuple[Advisory, ...] = ()
        self.away: set[str] = set()

    def _half(self, what: str) -> Audited:
        if what in self.away:
            raise NotAudited("out of reach")
        return Audited(what, frozenset({A}), self.found if what == "Python" else ())


@pytest.fixture
def halves(monkeypatch: pytest.MonkeyPatch) -> Halves:
    return Halves(monkeypatch)


def test_clean(halves: Halves, capsys: pytest.CaptureFixture[str]) -> None:
    assert command.main() == 0
    assert capsys.readouterr().out.count("✓") == 2


def test_vulnerable(halves: Halves, capsys: pytest.CaptureFixture[str]) -> None:
    halves.found = (HOLE,)
    assert command.main() == 1
    told = capsys.readouterr().out
    assert "✗ b 2: GHSA-1" in told
    assert "✓" not in told


def test_a_half_that_was_not_audited_fails(
    halves: Halves, capsys: pytest.CaptureFixture[str]
) -> None:
    halves.away = {"JavaScript"}
    assert command.main() == 1
    told = capsys.readouterr().out
    assert "✗ JavaScript: not audited: out of reach" in told
    halves.away = {"Python", "JavaScript"}
    assert command.main() == 1
    assert "✓" not in capsys.readouterr().out
