from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from sre_console.chaos import faults
from sre_console.chaos.faults.registry import Fault, known, register
from sre_console.chaos.plan import FaultSpec


def test_every_file_of_a_fault_is_registered() -> None:
    folder = Path(faults.__path__[0])
    files = {path.stem for path in folder.glob("*.py")} - {"__init__", "registry"}
    assert {fault.id for fault in known()} == files


@pytest.mark.parametrize("fault", known(), ids=lambda fault: fault.id)
def test_a_fault_is_off_by_default(fault: Fault) -> None:
    assert getattr(FaultSpec(), fault.switch) == 0
    assert not FaultSpec().active


@pytest.mark.parametrize("fault", known(), ids=lambda fault: fault.id)
def test_its_bounds_are_fields_of_the_plan_with_the_same_default(fault: Fault) -> None:
    defaults = {field.name: field.default for field in fields(FaultSpec)}
    for bounds in fault.bounds:
        assert defaults[bounds.attribute] == bounds.default


def test_two_faults_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="two faults"):
        register(Fault("errors", "again", "error_rate", ()))
