"""pip-audit and npm themselves, with an advisory database of ours on loopback."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from supply.audit import javascript, python
from supply.audit.advisories import Audited, NotAudited, Part
from tests.unit.supply.databases import database

GOOD, BAD = Part("whole", "1.0.0"), Part("torn", "2.0.0")
Tool = tuple[Callable[[Iterable[Part]], Audited], str]


@pytest.fixture(params=["pip-audit", "npm"])
def tool(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Tool:
    if request.param == "pip-audit":
        return python.audit, python.CANARY.name
    if shutil.which("npm") is None:  # as `make develop` brings one there
        beside = Path(sys.executable).parent
        monkeypatch.setenv("PATH", str(beside), prepend=":")
    return javascript.audit, javascript.CANARY.name


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    def use(address: str) -> None:
        monkeypatch.setenv("PIP_AUDIT_VULNERABILITY_SERVICE", "osv")
        monkeypatch.setenv("PIP_AUDIT_OSV_URL", address)
        monkeypatch.setenv("npm_config_registry", address)
        monkeypatch.setenv("npm_config_fetch_retries", "0")

    return use


def test_a_hole_is_told_and_what_has_none_was_looked_at(
    tool: Tool, at: Callable[[str], None]
) -> None:
    audit, canary = tool
    with database({canary: "OLD-1", "torn": "NEW-2"}) as address:
        at(address)
        found = audit([GOOD, BAD])
    assert found.parts == {GOOD, BAD}
    ((hole),) = found.advisories
    assert (hole.part, hole.ids[0]) == (BAD, "NEW-2")


def test_a_database_that_knows_nothing_at_all_is_not_believed(
    tool: Tool, at: Callable[[str], None]
) -> None:
    audit, canary = tool
    with database({}) as address:
        at(address)
        with pytest.raises(NotAudited, match=canary):
            audit([GOOD])


def test_a_database_that_refuses_is_told(tool: Tool, at: Callable[[str], None]) -> None:
    audit, _ = tool
    with database({}, broken=True) as address:
        at(address)
        with pytest.raises(NotAudited):
            audit([GOOD])


def test_a_database_out_of_reach_is_told(tool: Tool, at: Callable[[str], None]) -> None:
    audit, _ = tool
    at("http://127.0.0.1:1/")
    with pytest.raises(NotAudited):
        audit([GOOD])
