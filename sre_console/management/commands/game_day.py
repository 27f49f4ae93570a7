"""manage.py game_day: scenarios and game days on the command line, and in CI."""

from __future__ import annotations

import getpass
import json
import secrets
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ironclad.clock import clock
from ironclad.errors import FieldsInvalid, IroncladError
from sre_console.audit.actor import Actor
from sre_console.chaos.plan import SEED_MOST
from sre_console.gamedays.chaos_toolkit.exchange import scenario_export, scenario_import
from sre_console.gamedays.outcome.amounts import DASH, percent, took
from sre_console.gamedays.report.exporting import report_of
from sre_console.gamedays.report.following import REFUSED, Following
from sre_console.gamedays.report.lines import event_rows
from sre_console.gamedays.report.parts import read
from sre_console.gamedays.running.asked import reason_asked
from sre_console.gamedays.running.services import game_day_find, run_open
from sre_console.gamedays.running.stopping import game_day_stop
from sre_console.gamedays.scenarios.library import known, scenario_find, scenarios_read
from sre_console.gamedays.scenarios.problems import ScenarioInvalid
from sre_console.gamedays.scenarios.reading import scenario_read
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.gamedays.scenarios.shelving import scenario_runnable
from sre_console.gamedays.telling.concealing import told_check
from sre_console.gamedays.telling.outlook import outlook_json, outlook_of
from sre_console.gamedays.telling.scenario_telling import runs_last, scenario_brief
from sre_console.gamedays.telling.telling import game_day_brief, game_day_json
from sre_console.live.flusher import clock_learn
from sre_console.management.game_day_arguments import REPORTS, arguments, numbers
from sre_console.models import GameDay

_FILES = (".yaml", ".yml", ".json")


class Command(BaseCommand):
    help = (
        "Run game days, and look after their scenarios. Exit status of `run --wait`: 0 passed, "
        "1 failed, 2 not started, 3 stopped without a verdict, 4 nobody ran it or it took too long."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        arguments(parser)

    def handle(self, *_args: object, action: str, **options: Any) -> None:
        actions: dict[str, Callable[..., int]] = {
            "list": self._list, "run": self._run, "dry-run": self._dry_run,
            "stop": self._stop, "show": self._show, "validate": self._validate,
            "import": self._import, "export": self._export,
        }  # fmt: skip
        try:
            status = actions[action](options)
        except ScenarioInvalid as invalid:
            raise CommandError(str(invalid), returncode=REFUSED) from invalid
        except FieldsInvalid as error:
            told = "\n".join(message for _field, message in error.problems)
            raise CommandError(told, returncode=REFUSED) from error
        except IroncladError as error:
            raise CommandError(error.message, returncode=REFUSED) from error
        if status:
            sys.exit(status)

    # -- runs --------------------------------------------------------------------------------

    def _run(self, options: dict[str, Any]) -> int:
        report: Path | None = options["report"]
        if report is not None and report.suffix not in REPORTS:
            _refuse(f"--report must end in one of {', '.join(REPORTS)}.")
        timeout: float | None = options["timeout"]
        if timeout is not None and not timeout > 0:
            _refuse("--timeout must be more than 0.")
        wait = options["wait"] or report is not None
        found = _found(options["scenario"])
        speed, seed = numbers(options)
        reason = reason_asked({"reason": options["reason"]})
        actor = _actor()
        clock_learn(clock)
        row = run_open(
            found,
            actor=actor,
            seed=secrets.randbelow(SEED_MOST) if seed is None else seed,
            speed=speed,
            unattended=not wait,
            reason=reason,
            confirm=options["confirm"],
        )
        say = self.stderr.write if options["json"] else self.stdout.write
        say(f"Game day {row.pk}: {row.title}, seed {row.seed}. {_address(row)}")
        if row.state == "waiting":
            say("It waits until another operator has approved it.")
        status = 0
        if wait:
            status = self._followed(row, actor, say, timeout)
            row.refresh_from_db()
            self._concluded(row, say)
        if report is not None and row.ended_at is not None:
            report.write_bytes(report_of(row, REPORTS[report.suffix])[2])
        if options["json"]:
            self._json(game_day_json(row))
        return status

    def _followed(
        self,
        row: GameDay,
        actor: Actor,
        say: Callable[[str], None],
        timeout: float | None,
    ) -> int:
        interrupts: list[int] = []

        def end(number: int, _frame: object) -> None:
            interrupts.append(number)
            signal.signal(number, signal.SIG_DFL)  # a second one ends us at once

        before = [
            (number, signal.signal(number, end))
            for number in (signal.SIGINT, signal.SIGTERM)
        ]
        try:
            following = Following(
                row.pk,
                actor=actor,
                say=say,
                sleep=time.sleep,
                by=clock,
                interrupted=lambda: bool(interrupts),
                timeout=timeout,
            )
            return following.follow()
        finally:
            for number, handler in before:
                signal.signal(number, handler)

    def _concluded(self, row: GameDay, say: Callable[[str], None]) -> None:
        told = game_day_brief(row)
        word = row.verdict or f"{row.state}, no verdict"
        checks = f"{told['checksPassed']} of {told['checksInAll']} checks passed"
        cost = ""
        if told["badEvents"] is not None and told["budgetSpentRatio"] is not None:
            spent = percent(told["budgetSpentRatio"])
            cost = f"; {told['badEvents']:,} bad requests, {spent} of the error budget"
        say(f"Game day {row.pk}: {word}. {checks}{cost}.")

    def _stop(self, options: dict[str, Any]) -> int:
        reason = reason_asked({"reason": options["reason"]})
        row = game_day_stop(actor=_actor(), number=options["id"], reason=reason)
        self.stdout.write(f"Game day {row.pk} is stopped, and its faults have ended.")
        return 0

    def _show(self, options: dict[str, Any]) -> int:
        row = game_day_find(options["id"])
        if options["json"]:
            self._json(game_day_json(row))
            return 0
        told_check(row)
        self.stdout.write(f"Game day {row.pk}: {row.title}. {_address(row)}")
        for line in event_rows(read(row))[0]:
            text = f"{line.title}: {line.text}" if line.text else line.title
            self.stdout.write(f"{line.after:>12}  {text}")
        self._concluded(row, self.stdout.write)
        return 0

    # -- scenarios ---------------------------------------------------------------------------

    def _list(self, options: dict[str, Any]) -> int:
        every = scenarios_read()
        last = runs_last([each.name for each in every])
        told = [scenario_brief(each, last.get(each.name)) for each in every]
        if options["json"]:
            self._json(told)
            return 0
        for each in told:
            ran = each["lastRun"] or {}
            went = ran.get("verdict") or ran.get("state") or DASH
            lasts = took(each["seconds"]) if each["valid"] else "not valid"
            self.stdout.write(
                f"{each['name']:<28} {each['origin']:<9} {lasts:<14} {went:<8} {each['title']}"
            )
        return 0

    def _dry_run(self, options: dict[str, Any]) -> int:
        found = _found(options["scenario"])
        speed, seed = numbers(options)
        clock_learn(clock)
        told = outlook_json(outlook_of(found, actor=_actor(), speed=speed, seed=seed))
        refused = REFUSED if told["refusals"] else 0
        if options["json"]:
            self._json(told)
            return refused
        self.stdout.write(f"{told['title']}, {took(told['seconds'])} at most:")
        for step in told["steps"]:
            begins = step["beginsAfter"]
            after = DASH if begins is None else took(begins)
            self.stdout.write(f"{after:>12}  {step['title']}")
        forecast = told["forecast"]
        for alert in forecast["alerts"]:
            of = f" ({alert['slo']})" if alert["slo"] else ""
            fires = took(alert["firesAfter"])
            self.stdout.write(f"{fires:>12}  {alert['name']}{of} fires")
        for slo, bad in forecast["badEvents"].items():
            spent = percent(forecast["budgetSpentRatio"][slo])
            self.stdout.write(
                f"{slo}: {bad:,} bad requests, {spent} of its error budget"
            )
        for refusal in told["refusals"]:
            self.stderr.write(f"It would not start now: {refusal['message']}")
        return refused

    def _validate(self, options: dict[str, Any]) -> int:
        status = 0
        for path in options["file"]:
            try:
                found = _read(path)
            except ScenarioInvalid as invalid:
                self.stderr.write(str(invalid))
                status = REFUSED
                continue
            lasts = took(found.longest(scale=settings.CLOCK_SCALE))
            self.stdout.write(
                f"{path}: {found.name} is valid: {len(found.steps)} steps, "
                f"{len(found.checks)} checks, {lasts} at most"
            )
        return status

    def _import(self, options: dict[str, Any]) -> int:
        path: Path = options["file"]
        shelved, notes = scenario_import(
            actor=_actor(), text=_text(path), name=options["name"], file=str(path)
        )
        for note in notes:
            self.stderr.write(f"{path}: {note}")
        self.stdout.write(f"{shelved.name} is in the library.")
        return 0

    def _export(self, options: dict[str, Any]) -> int:
        shelved = scenario_find(options["scenario"])
        found = scenario_runnable(shelved)
        text = scenario_export(found, options["format"], source=shelved.source)[2]
        self.stdout.write(text, ending="")
        return 0

    def _json(self, told: object) -> None:
        self.stdout.write(json.dumps(told, indent=2, ensure_ascii=False))


def _found(name: str) -> Scenario:
    """Of the library, or out of a file: what looks like one, or is one."""
    path = Path(name)
    if path.suffix in _FILES or "/" in name:
        return _read(path)
    return scenario_runnable(scenario_find(name))


def _read(path: Path) -> Scenario:
    return scenario_read(_text(path), str(path), known=known())


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        _refuse(f"{path}: {why}")


def _refuse(message: str) -> NoReturn:
    raise CommandError(message, returncode=REFUSED)


def _actor() -> Actor:
    """Whoever has the shell; they reach the database, so they are an operator."""
    try:
        who = getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        who = "somebody"
    return Actor(name=f"{who} (command line)", role="operator", via="command")


def _address(row: GameDay) -> str:
    return f"{settings.CONSOLE_URL}/console/game-days/{row.pk}"
