"""What the supervisor hands on arrives as it was."""

from __future__ import annotations

from pathlib import Path

from ironclad.workers.inherited import Inherited


def test_it_survives_the_environment() -> None:
    handed = Inherited(2, listener=7, lifeline=8, board=9, folder=Path("/tmp/a:b"))
    assert Inherited.read(handed.written()) == handed
    assert handed.descriptors == (7, 8, 9)


def test_a_process_that_nobody_supervises_inherits_nothing() -> None:
    assert Inherited.read({}) is None
