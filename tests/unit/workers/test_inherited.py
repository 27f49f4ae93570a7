"""What the supervisor hands on arrives as it was."""

from __future__ import annotations

from pathlib import Path

from ironclad.workers.inherited import Inherited


def test_it_survives_the_environment() -> None:
    handed = Inherited(2, listener=7, lifeline=8, board=9, folder=Path("/tmp/a:b"))
    assert Inherited.read(handed.written()) == handed
    assert handed.descriptors == (7, 8, 9)


def test_the_last_of_those_whose_supervisor_is_gone_leaves_nothing(
    tmp_path: Path,
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    one, other = (Inherited(n, 7, 8, 9, shared) for n in (1, 2))
    for each in (one, other):
        each.socket(each.slot).touch()
    one.tidy()
    assert [place.name for place in shared.iterdir()] == ["2"]
    other.tidy()
    assert not shared.exists()


def test_a_process_that_nobody_supervises_inherits_nothing() -> None:
    assert Inherited.read({}) is None
