"""What `make bench` makes of a part that breaks, and of one that cannot even be read."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType

import pytest

from tests.load import bench
from tests.load.figures import Figure

Part = Callable[[Callable[[], list[Figure]]], None]
HELD = Figure("it", "1 ms", "≤ 2 ms", ok=True)


@pytest.fixture
def part(monkeypatch: pytest.MonkeyPatch) -> Part:
    """Makes `tests.load.part`, and names it on the command line."""
    monkeypatch.setattr(sys, "argv", ["bench", "part"])

    def made(measure: Callable[[], list[Figure]]) -> None:
        module = ModuleType("tests.load.part")
        vars(module)["bench"] = measure
        monkeypatch.setitem(sys.modules, module.__name__, module)

    return made


def test_figures_that_hold_are_a_success(
    part: Part, capsys: pytest.CaptureFixture[str]
) -> None:
    part(lambda: [HELD])
    assert bench.main() == 0
    assert "≤ 2 ms" in capsys.readouterr().out


def test_one_that_breaks_is_a_figure_beside_the_others(
    part: Part, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> list[Figure]:
        raise RuntimeError("no server")

    part(broken)
    assert bench.main() == 1
    assert "RuntimeError: no server" in capsys.readouterr().out


def test_one_that_cannot_be_imported_is_an_error_and_no_figure(
    part: Part, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(ModuleNotFoundError):  # no part is made
        bench.main()
    assert "NOT OK" not in capsys.readouterr().out
