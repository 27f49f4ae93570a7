"""`manage.py game_day` on the tests' database; following a run has tests of its own."""

from __future__ import annotations

import io
import json
import os
import signal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from sre_console.chaos.rows import database_now
from sre_console.gamedays.course.course import Course
from sre_console.gamedays.report.following import FAILED, STOPPED, Following
from sre_console.management.commands import game_day
from sre_console.models import GameDay, StoredScenario
from sre_console.slo.seeding import seed_gaps
from tests.integration.api.test_scenario_files import EXPERIMENT
from tests.integration.gamedays.conftest import game_day as past

pytestmark = pytest.mark.django_db
SHIPPED = Path(__file__).resolve().parents[3] / "deploy/scenarios"


def run(*arguments: str) -> tuple[str, str, int]:
    """Standard output, standard error, exit status."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    try:
        call_command("game_day", *arguments, stdout=out, stderr=err)
    except SystemExit as ended:
        status = int(str(ended.code))
    return out.getvalue(), err.getvalue(), status


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as error:
        run(*arguments)
    assert error.value.returncode == 2
    return str(error.value)


@pytest.fixture(autouse=True)
def _allowed(settings: Settings) -> None:
    settings.CHAOS_ALLOWED = True
    settings.CLOCK_SCALE = 60


@pytest.fixture
def history() -> None:
    seed_gaps(int(database_now().timestamp()), scale=60, rps=10, period=3 * 86_400)


@pytest.fixture
def ended() -> GameDay:
    outcome = {"badEvents": 205, "budgetSpentRatio": 0.0949, "totalEvents": 9000}
    return past(settled=True, outcome=outcome, cursor=Course(phase="over").json()).row


def test_the_list_tells_how_the_last_run_went(ended: GameDay) -> None:
    out, _err, _status = run("list")
    [line] = [line for line in out.splitlines() if line.startswith("progressive-err")]
    assert "shipped" in line
    assert "failed" in line
    told = json.loads(run("list", "--json")[0])
    assert {each["name"] for each in told} >= {"latency", "circuit-breaker"}


@pytest.mark.usefixtures("history")
def test_a_run_starts_and_goes_on_without_us() -> None:
    out, _err, status = run("run", "latency", "--seed", "7", "--reason", "Friday")
    row = GameDay.objects.get()
    assert status == 0
    assert f"/console/game-days/{row.pk}" in out
    assert (row.seed, row.reason, row.unattended) == (7, "Friday", True)
    assert row.started_by.endswith("(command line)")


@pytest.mark.usefixtures("history")
def test_a_file_is_run_and_not_stored(tmp_path: Path) -> None:
    text = (SHIPPED / "latency.yaml").read_text("utf-8")
    file = tmp_path / "mine.yaml"
    file.write_text(text.replace("name: latency", "name: mine", 1), "utf-8")
    run("run", str(file))
    assert GameDay.objects.get().scenario == "mine"
    assert not StoredScenario.objects.exists()


class Followed(Following):
    """Ends at once, as if it had been followed."""

    status = FAILED

    def follow(self) -> int:
        past_row = GameDay.objects.get(pk=self._number)
        now = database_now()
        GameDay.objects.filter(pk=past_row.pk).update(
            state="finished", verdict="failed", settled=True, started_at=now,
            ended_at=now, outcome={"badEvents": 1205, "budgetSpentRatio": 0.25},
        )  # fmt: skip
        return self.status


@pytest.mark.usefixtures("history")
def test_waiting_it_ends_with_the_verdict_and_writes_the_report(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(game_day, "Following", Followed)
    report = tmp_path / "report.md"
    out, err, status = run(
        "run", "latency", "--wait", "--json", "--report", str(report)
    )
    assert status == FAILED
    assert json.loads(out)["verdict"] == "failed"
    assert "1,205 bad requests, 25 % of the error budget" in err
    assert report.read_text("utf-8").startswith("# ")
    assert GameDay.objects.get().unattended is False


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_stops_what_it_started(
    monkeypatch: pytest.MonkeyPatch, number: signal.Signals
) -> None:
    def sleep(_seconds: float) -> None:
        row = GameDay.objects.get()
        if row.state == "running":
            os.kill(os.getpid(), number)
        else:  # the runner's last turn
            GameDay.objects.update(settled=True)

    monkeypatch.setattr("time.sleep", sleep)
    _out, _err, status = run("run", "latency", "--wait")
    row = GameDay.objects.get()
    assert (status, row.state) == (STOPPED, "stopped")
    assert row.end_reason == "interrupted on the command line"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["run", "no-such"], "There is no scenario no-such."),
        (["run", "no-such.yaml"], "no-such.yaml: No such file or directory"),
        (
            ["run", "latency", "--speed", "100"],
            "speed must be a number from 0.1 to 60.",
        ),
        (["run", "latency", "--seed", "-1"], "seed must be a whole number"),
        (["run", "latency", "--timeout", "nan"], "--timeout must be more than 0."),
        (["run", "latency", "--report", "x.pdf"], "--report must end in one of"),
        (["run", "latency", "--reason", "a\nb"], "reason must be one line"),
        (["stop", "7"], "There is no game day 7."),
        (["show", "7"], "There is no game day 7."),
        (["export", "no-such"], "There is no scenario no-such."),
        (["run"], "required"),
        ([], "required"),
    ],
)
def test_what_cannot_be_done_is_told_with_status_2(
    arguments: list[str], told: str
) -> None:
    if told == "required":
        with pytest.raises(CommandError, match=told):
            run(*arguments)
        return
    assert told in refused(*arguments)
    assert not GameDay.objects.exists()


def test_a_start_that_is_refused_says_why_with_status_2(settings: Settings) -> None:
    settings.CHAOS_ALLOWED = False
    assert "IRONCLAD_CHAOS_ALLOWED is off" in refused("run", "latency")


@pytest.mark.usefixtures("history")
def test_a_run_is_stopped_and_shown() -> None:
    run("run", "latency")
    number = str(GameDay.objects.get().pk)
    out, _err, _status = run("stop", number, "--reason", "enough")
    assert "its faults have ended" in out
    out, _err, status = run("show", number)
    assert status == 0
    assert "enough" in out
    assert "stopped, no verdict" in out
    assert json.loads(run("show", number, "--json")[0])["endReason"] == "enough"
    assert "over already" in refused("stop", number)


def test_a_drill_that_goes_on_is_not_shown(ended: GameDay) -> None:
    GameDay.objects.update(drill=True, state="running", settled=False)
    assert "is a drill" in refused("show", str(ended.pk))


def test_files_are_validated_line_by_line(tmp_path: Path) -> None:
    good = SHIPPED / "latency.yaml"
    bad = tmp_path / "bad.yaml"
    bad.write_text(good.read_text("utf-8").replace("clock: ", "clok: ", 1), "utf-8")
    out, err, status = run("validate", str(good), str(bad))
    assert status == 2
    assert "latency is valid" in out
    line = next(
        n for n, text in enumerate(bad.read_text("utf-8").split("\n"), 1) if "clok" in text
    )  # fmt: skip
    assert f"{bad}:{line}:" in err
    assert run("validate", str(good))[2] == 0


@pytest.mark.usefixtures("history")
def test_a_dry_run_tells_what_would_happen_and_stores_nothing() -> None:
    out, err, status = run("dry-run", "progressive-errors")
    assert (status, err) == (0, "")
    assert "1 % errors" in out
    assert "of its error budget" in out
    told = json.loads(run("dry-run", "progressive-errors", "--json")[0])
    assert told["refusals"] == []
    assert not GameDay.objects.exists()


def test_a_dry_run_that_would_be_refused_says_so(settings: Settings) -> None:
    settings.CHAOS_ALLOWED = False
    _out, err, status = run("dry-run", "latency")
    assert status == 2
    assert "It would not start now: Faults are switched off here" in err


def test_an_experiment_is_imported_and_a_scenario_exported(tmp_path: Path) -> None:
    file = tmp_path / "experiment.json"
    file.write_text(json.dumps(EXPERIMENT), "utf-8")
    out, err, _status = run("import", str(file), "--name", "mine")
    assert out == "mine is in the library.\n"
    assert "every alert is expected" in err
    out, _err, _status = run("export", "mine", "--format", "json")
    assert json.loads(out)["metadata"]["name"] == "mine"
    assert run("export", "latency")[0] == (SHIPPED / "latency.yaml").read_text("utf-8")
    file.write_text("{", "utf-8")
    assert f"{file}:1:" in refused("import", str(file))
