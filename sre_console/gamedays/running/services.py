"""Starting and ending game days: one transaction each with its audit entry."""

from __future__ import annotations

import hashlib
import json
import math
import secrets
from dataclasses import asdict
from datetime import datetime

from django.conf import settings

from ironclad.clock import Clock, clock
from ironclad.errors import Conflict, FieldsInvalid, NotFound, PermissionRefused
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.chaos.no_faults import no_faults_check
from sre_console.chaos.permission import confirmed_share, injection_allowed_check
from sre_console.chaos.plan import SEED_MOST
from sre_console.chaos.policy import hold_check
from sre_console.chaos.rows import database_now
from sre_console.chaos.selectors import plan_read
from sre_console.gamedays.course.blast import blast_radius
from sre_console.gamedays.course.course import opened
from sre_console.gamedays.course.seen import Seen
from sre_console.gamedays.forecast.foretelling import forecast_of
from sre_console.gamedays.outcome.record import noted, nudge
from sre_console.gamedays.running import block
from sre_console.gamedays.running.limits import limits_of, start_check
from sre_console.gamedays.running.observing import observe
from sre_console.gamedays.running.runner import APPROVED_WITHIN
from sre_console.gamedays.scenarios.library import scenario_find
from sre_console.gamedays.scenarios.reading import scenario_from
from sre_console.gamedays.scenarios.scenario import Scenario, said
from sre_console.gamedays.scenarios.writing import scenario_document
from sre_console.incidents.catalogue import catalogue
from sre_console.models import GameDay, Service

SPEED_LEAST, SPEED_MOST = 0.1, 60.0
WIDEST = 1.0  # the share of the requests that a drill may touch
_GRAVE = frozenset({"page", "critical"})


def game_day_start(  # noqa: PLR0913 - all of them by name
    *,
    actor: Actor,
    scenario: str,
    seed: object = None,
    speed: object = 1,
    unattended: object = True,
    reason: str = "",
    confirm: object = None,
    by: Clock = clock,
) -> GameDay:
    """Start a run of a scenario of the library; the runner begins with its next turn.

    With `unattended` false the console that starts it has to stay there. Where a run reaches
    more requests than is allowed to one alone it waits for another operator's approval; where
    they are more than may be touched without it `confirm` has to be the environment's name.

    Raises NotFound, FieldsInvalid, PermissionRefused, and Conflict with the reason: another run
    goes on, new ones are blocked, an alert fires, or its faults would cost more than is left.
    """
    access_check(actor, "game_days.start")
    shelved = scenario_find(scenario)
    if shelved.scenario is None:
        message = f"The scenario {scenario} is not valid: {shelved.invalid}"
        raise Conflict(message)
    return run_open(
        shelved.scenario,
        actor=actor,
        seed=_seed(seed),
        speed=_speed(speed),
        unattended=_flag("unattended", unattended),
        reason=reason,
        confirm=confirm,
        by=by,
    )


def run_open(  # noqa: PLR0913
    found: Scenario,
    *,
    actor: Actor,
    seed: int,
    speed: float = 1.0,
    unattended: bool = True,
    reason: str = "",
    drill: bool = False,
    confirm: object = None,
    by: Clock = clock,
) -> GameDay:
    """Start a run of any scenario, as `game_day_start` does of one in the library."""
    if found.injects:
        injection_allowed_check()
    confirmed = confirmed_share(radius_told(found, drill=drill), confirm)
    seen = observe(by)
    limits = limits_of(found, seen)
    forecast = forecast_of(found, speed=speed, scale=settings.CLOCK_SCALE, by=by)
    document = scenario_document(found)
    with audited():
        no_faults_check()
        block.start_check()
        beside_check(found)
        quiet_check(seen)
        start_check(limits, seen, injects=found.injects)
        waits = _needs_approval(found, drill=drill)
        now = _moment(by)
        course = opened(found, now.timestamp())
        row = GameDay.objects.create(
            scenario=found.name,
            title=said(found.title)[:255],
            document=document,
            digest=digest(document),
            state="waiting" if waits else "running",
            seed=seed,
            speed=speed,
            scale=settings.CLOCK_SCALE,
            unattended=unattended,
            drill=drill,
            reason=reason[:500],
            started_by=actor.name[:150],
            created_at=now,
            attended_at=None if unattended else now,
            turned_at=None,
            cursor=course.json(),
            checks=[asdict(each) for each in course.checks],
            guardrails=limits.json(),
            forecast=forecast.json(),
        )
        noted(row, "created", at=now, text=reason, actor=actor)
        told = {
            "scenario": found.name, "seed": seed, "speed": speed, **confirmed,
        }  # fmt: skip
        if drill:
            del told["seed"]  # what it hides follows from that
        action = "game_day.asked" if waits else "game_day.started"
        record(
            actor=actor,
            action=action,
            subject=f"game day {row.pk}",
            detail=told,
            after={"state": row.state},
            reason=reason,
        )
        nudge(row)
    return row


def game_day_approve(*, actor: Actor, number: int, by: Clock = clock) -> GameDay:
    """Let a run that waits begin; somebody else than who asked for it has to."""
    access_check(actor, "game_days.approve")
    seen = observe(by)
    with audited():
        row = _locked(number)
        now = _moment(by)
        if row.state != "waiting":
            message = f"Game day {number} does not wait for an approval."
            raise Conflict(message)
        if now - row.created_at > APPROVED_WITHIN:
            message = "It was asked for over an hour ago; start it again."
            raise Conflict(message)
        if actor.name == row.started_by or _answers_for(actor, row.started_by):
            message = "Somebody else has to approve what you have asked for."
            raise PermissionRefused(message)
        found = scenario_from(row.document)
        no_faults_check()
        block.start_check()
        beside_check(found)
        quiet_check(seen)
        limits = limits_of(found, seen)
        start_check(limits, seen, injects=found.injects)
        row.state, row.approved_by, row.approved_at = "running", actor.name[:150], now
        row.guardrails = limits.json()
        if not row.unattended:
            row.attended_at = now
        row.cursor = opened(found, now.timestamp()).json()
        row.save()
        noted(row, "approved", at=now, actor=actor)
        record(
            actor=actor,
            action="game_day.approved",
            subject=f"game day {number}",
            detail={"scenario": row.scenario, "startedBy": row.started_by},
            before={"state": "waiting"},
            after={"state": row.state},
        )
        nudge(row)
    return row


def game_day_attend(*, actor: Actor, number: int, by: Clock = clock) -> None:
    """A console of a person shows it; the starter's keeps an attended run going."""
    row = game_day_find(number)
    if row.settled or row.state != "running":
        return
    now = _moment(by)
    if actor.name == row.started_by and not row.unattended:
        GameDay.objects.filter(pk=number).update(attended_at=now)
    if not row.events.filter(kind="joined", actor=actor.name[:150]).exists():
        noted(row, "joined", at=now, actor=actor)


def game_day_find(number: int) -> GameDay:
    """Raises NotFound."""
    row = GameDay.objects.filter(pk=number).first()
    if row is None:
        message = f"There is no game day {number}."
        raise NotFound(message)
    return row


def digest(document: dict[str, object]) -> str:
    """Of a scenario as it is stored: two runs with the same one ran the same."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def compatible(one: Scenario, other: Scenario) -> bool:
    """Whether both may run at a time: one names the other, and one at most sets faults."""
    named = one.name in other.compatible_with or other.name in one.compatible_with
    return named and not (one.injects and other.injects)


def _answers_for(actor: Actor, name: str) -> bool:
    """Whether that is a service of theirs: what it asks for they have asked for."""
    theirs = Service.objects.filter(user__username=name, owner__username=actor.name)
    return theirs.exists()


def _locked(number: int) -> GameDay:
    row = GameDay.objects.select_for_update().filter(pk=number).first()
    if row is None:
        message = f"There is no game day {number}."
        raise NotFound(message)
    return row


def _moment(by: Clock) -> datetime:
    """Database time; of the given clock where that is another one."""
    return database_now() if by is clock else by.now()


def beside_check(found: Scenario) -> None:
    """Raises Conflict while another run goes on that it is not compatible with."""
    for row in GameDay.objects.filter(state="running"):
        if not compatible(found, scenario_from(row.document)):
            message = f"Game day {row.pk} ({row.title}) is running; stop it, or wait for its end."
            raise Conflict(message)
    if found.injects:  # one that has ended may hold the faults until it is rolled back
        hold_check(plan_read()[0].holder)


def quiet_check(seen: Seen) -> None:
    """Raises Conflict where it is no calm to begin in: what pages already is no exercise.

    That nobody asks for anything harms nobody: the run will have little to show.
    """
    for (name, slo), state in seen.alerts.items():
        rule = catalogue().rule(name, slo)
        if rule is None or rule.severity not in _GRAVE or rule.name == "NoTraffic":
            continue
        if state == "firing":
            of = f" of {slo}" if slo else ""
            message = f"{name}{of} is firing; start when that is over."
            raise Conflict(message)


def _needs_approval(found: Scenario, *, drill: bool) -> bool:
    above = settings.CHAOS_APPROVAL_ABOVE
    radius = radius_told(found, drill=drill)
    return above is not None and found.injects and radius > above


def radius_told(found: Scenario, *, drill: bool = False) -> float:
    """Of a drill as if it hid the widest fault: what is asked tells nothing of its own."""
    return WIDEST if drill else blast_radius(found)


def _seed(asked: object) -> int:
    if asked is None or asked == "":
        return secrets.randbelow(SEED_MOST)
    if isinstance(asked, str) and asked.isascii() and asked.isdigit():
        asked = int(asked[:12])
    if isinstance(asked, bool) or not isinstance(asked, int):
        raise FieldsInvalid([("seed", "seed must be a whole number.")])
    if not 0 <= asked <= SEED_MOST:
        raise FieldsInvalid([("seed", f"seed must be from 0 to {SEED_MOST}.")])
    return asked


def _speed(asked: object) -> float:
    if isinstance(asked, str):
        try:
            asked = float(asked)
        except ValueError:
            asked = None
    wrong = isinstance(asked, bool) or not isinstance(asked, int | float)
    if wrong or not math.isfinite(asked) or not SPEED_LEAST <= asked <= SPEED_MOST:  # type: ignore[arg-type,operator]
        message = f"speed must be a number from {SPEED_LEAST} to {SPEED_MOST:g}."
        raise FieldsInvalid([("speed", message)])
    return float(asked)  # type: ignore[arg-type]


def _flag(name: str, asked: object) -> bool:
    if not isinstance(asked, bool):
        raise FieldsInvalid([(name, f"{name} must be true or false.")])
    return asked
