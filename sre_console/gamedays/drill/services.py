"""Taking part in a drill: starting one, saying what is wrong, and giving up."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import timedelta

from ironclad.clock import Clock, clock
from ironclad.errors import Conflict, FieldsInvalid, NotFound
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited
from sre_console.chaos.plan import SEED_MOST
from sre_console.chaos.rows import database_now
from sre_console.gamedays.drill.pick import AMOUNTS, WHATS, WHICHES, Diagnosis
from sre_console.gamedays.drill.scenario import LIMITS, drill_scenario
from sre_console.gamedays.drill.scoring import Judgement, judged
from sre_console.gamedays.drill.selectors import attempts, truth_of
from sre_console.gamedays.outcome.record import noted
from sre_console.gamedays.running.services import run_open
from sre_console.gamedays.running.stopping import game_day_stop
from sre_console.incidents.catalogue import catalogue
from sre_console.models import GameDay

# Seconds after a wrong diagnosis until the next: looking is cheaper than guessing.
WAIT = 20
FOUND = "found"  # what its end says
GIVEN_UP = "given up"


def drill_start(
    *,
    actor: Actor,
    limit: object = LIMITS[1],
    seed: int | None = None,
    confirm: object = None,
    by: Clock = clock,
) -> GameDay:
    """Hide a fault for `limit` wall seconds at most.

    It may touch every request: where that asks for it, `confirm` is the environment's name.

    Raises what starting any game day raises, and FieldsInvalid.
    """
    access_check(actor, "drills.run")
    if limit not in LIMITS:
        choices = ", ".join(map(str, LIMITS))
        raise FieldsInvalid([("limit", f"limit must be one of {choices}.")])
    assert isinstance(limit, int)  # noqa: S101 - it is one of them
    drawn = secrets.randbelow(SEED_MOST) if seed is None else seed
    alerts = (rule.name for rule in catalogue().rules)
    found = drill_scenario(drawn, limit=limit, alerts=alerts)
    return run_open(
        found, actor=actor, seed=drawn, drill=True, reason="", confirm=confirm, by=by
    )


def drill_diagnose(
    *, actor: Actor, number: int, asked: Mapping[str, object], by: Clock = clock
) -> Judgement:
    """Say what is wrong; who is right has rolled it back, which ends the fault and the drill.

    Raises FieldsInvalid, NotFound, and Conflict where it is over, has not begun, or somebody was
    wrong a moment ago.
    """
    access_check(actor, "drills.run")
    said = _read(asked)
    with audited():
        row = _running(number)
        now = by.now() if by is not clock else database_now()
        if not row.events.filter(kind="fault_set").exists():
            message = "The fault is not on yet; it is a matter of seconds."
            raise Conflict(message)
        before = attempts(row)
        wait = 0.0 if not before else WAIT - (now - before[-1].at).total_seconds()
        if wait > 0:
            message = f"The last diagnosis was wrong: look again for {wait:.0f} s."
            raise Conflict(message, retry_after=max(1, round(wait)))
        judgement = judged(said, truth_of(row))
        detail = {
            "what": said.what,
            "amount": said.amount,
            "which": said.which,
            "right": judgement.right,
        }
        noted(row, "diagnosis", at=now, detail=detail, actor=actor)
        if judgement.right:
            game_day_stop(actor=actor, number=number, reason=FOUND)
            GameDay.objects.filter(pk=number).update(verdict="passed")
    return judgement


def drill_give_up(*, actor: Actor, number: int) -> None:
    """End it without having found it."""
    access_check(actor, "drills.run")
    with audited():
        row = _locked(number)
        began = row.state == "running"
        game_day_stop(actor=actor, number=number, reason=GIVEN_UP)
        if began:
            GameDay.objects.filter(pk=number).update(verdict="failed")


def again_after(row: GameDay, now: float) -> float:
    """Seconds from now (epoch) until the next diagnosis is heard."""
    said = attempts(row)
    if not said or said[-1].right:
        return 0.0
    until = said[-1].at + timedelta(seconds=WAIT)
    return max(0.0, until.timestamp() - now)


def _locked(number: int) -> GameDay:
    row = GameDay.objects.select_for_update().filter(pk=number, drill=True).first()
    if row is None:
        message = f"There is no drill {number}."
        raise NotFound(message)
    return row


def _running(number: int) -> GameDay:
    row = _locked(number)
    if row.state == "waiting":
        message = "This drill waits for another operator's approval."
        raise Conflict(message)
    if row.state != "running":
        message = "This drill is over already."
        raise Conflict(message)
    return row


def _read(asked: Mapping[str, object]) -> Diagnosis:
    choices = {"what": WHATS, "amount": AMOUNTS, "which": WHICHES}
    problems: list[tuple[str | None, str]] = [
        (name, f"{name} must be one of {', '.join(values)}.")
        for name, values in choices.items()
        if asked.get(name) not in values
    ]
    if problems:
        raise FieldsInvalid(problems)
    return Diagnosis(**{name: asked[name] for name in choices})  # type: ignore[arg-type]
