"""The measured knee: kept by the command, found for as many replicas as there are."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from sre_console.capacity.knees import KEPT_IN_SIGHT, knee_for, knees_newest
from sre_console.models import MeasuredKnee
from tests.integration.capacity.stage import knee

pytestmark = pytest.mark.django_db
ASKED = {"rps": "123.4", "p99": "85", "server": "daphne", "processes": "1", "cores": "2", "mix": "crud"}  # fmt: skip


def command(**more: str) -> None:
    options = [f"--{name}={value}" for name, value in (ASKED | more).items()]
    call_command("measured_knee", *options)


def test_the_command_keeps_what_a_load_test_has_found(
    capsys: pytest.CaptureFixture[str],
) -> None:
    command(report="load/report.html")
    row = MeasuredKnee.objects.get()
    assert (row.rps, row.p99, row.server, row.processes) == (123.4, 85, "daphne", 1)
    assert (row.cores, row.mix, row.report) == (2, "crud", "load/report.html")
    assert row.measured_at is not None
    assert "123.4 requests a second" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "value"),
    [("rps", "0"), ("rps", "nan"), ("p99", "-1"), ("p99", "inf"), ("processes", "0"),
     ("cores", "5000"), ("server", ""), ("mix", "x" * 33), ("report", "a\nb")],
)  # fmt: skip
def test_it_refuses_what_cannot_have_been_measured(name: str, value: str) -> None:
    with pytest.raises(CommandError, match=name):
        command(**{name: value})
    assert not MeasuredKnee.objects.exists()


def test_older_ones_are_kept_as_history() -> None:
    first, second = knee(), knee(rps=140.0)
    assert knees_newest() == [second, first]


def test_without_a_measurement_or_a_replica_there_is_none() -> None:
    assert knee_for(1) is None
    knee()
    assert knee_for(0) is None


def test_more_replicas_than_were_measured_are_reckoned_in_proportion() -> None:
    knee(rps=120.0)
    found = knee_for(3)
    assert found is not None
    assert (found.rps, found.scaled) == (360.0, True)


def test_one_of_as_many_processes_is_taken_as_it_was_measured() -> None:
    two = knee(rps=200.0, processes=2)
    for _ in range(KEPT_IN_SIGHT):
        knee(rps=120.0)
    assert two not in knees_newest()
    found = knee_for(2)
    assert found is not None
    assert (found.row, found.rps, found.scaled) == (two, 200.0, False)
