from __future__ import annotations

import os
from pathlib import Path

import pytest

from ironclad.observability import usage


def test_the_kernel_tells_of_this_process_and_its_machine() -> None:
    resident, machine = usage.resident_bytes(), usage.machine()
    assert resident is not None
    assert resident > 1_000_000
    assert machine is not None
    assert 0 < machine.busy < machine.all
    assert usage.cpu_seconds() > 0


def test_a_system_that_does_not_say_is_not_known(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(usage, "_STATM", tmp_path / "statm")
    monkeypatch.setattr(usage, "_STAT", tmp_path / "stat")
    assert (usage.resident_bytes(), usage.machine()) == (None, None)


@pytest.mark.parametrize(
    ("quota", "share"), [("50000 100000", 0.5), ("max 100000", None), (None, None)]
)
def test_a_container_may_have_less_than_the_machine(
    tmp_path: Path, quota: str | None, share: float | None
) -> None:
    if quota is not None:
        (tmp_path / "cpu.max").write_text(f"{quota}\n")
    there = len(os.sched_getaffinity(0))
    assert usage.cores(tmp_path) == (there if share is None else share)


def test_where_nobody_is_bound_to_cores_all_are_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delattr(os, "sched_getaffinity")  # as on macOS
    assert usage.cores(tmp_path) == os.cpu_count()


@pytest.mark.parametrize(("told", "limit"), [("536870912", 536870912), ("max", None)])
def test_a_container_may_have_a_bound_of_memory(
    tmp_path: Path, told: str, limit: int | None
) -> None:
    (tmp_path / "memory.max").write_text(f"{told}\n")
    assert usage.memory_limit(tmp_path) == limit
    assert usage.memory_limit(tmp_path / "none") is None
