"""A team's own scenarios: put into the library, changed, and taken out of it again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection

from ironclad.errors import Conflict, FieldsInvalid, NotFound, PreconditionFailed
from sre_console.access.checks import access_check
from sre_console.audit.actor import Actor
from sre_console.audit.services import audited, record
from sre_console.chaos.rows import database_now
from sre_console.gamedays.scenarios.library import (
    Shelved,
    known,
    scenario_find,
    shipped,
)
from sre_console.gamedays.scenarios.reading import scenario_read
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.models import StoredScenario

OWN_MOST = 200  # scenarios of a team's own: all of them are read for a list
# words that addresses use, and what a drill is called in the history
RESERVED = frozenset({"import", "write", "forecast", "drill"})


def scenario_store(  # noqa: PLR0913
    *,
    actor: Actor,
    source: str,
    name: str | None = None,
    origin: str = "own",
    file: str = "scenario",
    fresh: bool = False,
    matches: Collection[str] | None = None,
) -> tuple[Shelved, bool]:
    """Keep the scenario that a text holds, as it is written; and whether it is a new one.

    `name`, if given, is the one it must have; `fresh`: none of that name may be there; `matches` are the entity tags one of which the
    stored scenario must have. Raises ScenarioInvalid with every problem and its place,
    FieldsInvalid, PreconditionFailed, and Conflict for a name that is not free.
    """
    access_check(actor, "scenarios.change")
    found = scenario_read(source, file, known=known())
    if name is not None and found.name != name:
        message = f"The address says {name}, metadata.name says {found.name}."
        raise FieldsInvalid([("metadata.name", message)])
    _name_check(found.name)
    with audited():
        rows = StoredScenario.objects.select_for_update()
        row = rows.filter(name=found.name).first()
        _match_check(matches, row)
        new = row is None
        if fresh and not new:
            message = (
                f"There is a scenario {found.name} already; give this one another name."
            )
            raise Conflict(message)
        if new and StoredScenario.objects.count() >= OWN_MOST:
            message = f"There are {OWN_MOST} scenarios already; delete one first."
            raise Conflict(message)
        StoredScenario.objects.update_or_create(
            name=found.name,
            defaults={
                "source": source,
                "origin": origin,
                "updated_at": database_now(),
                "updated_by": actor.name[:150],
            },
        )
        record(
            actor=actor,
            action="scenario.created" if new else "scenario.changed",
            subject=f"scenario {found.name}",
            detail={"origin": origin},
            before={} if row is None else {"digest": source_digest(row.source)},
            after={"digest": source_digest(source)},
        )
    return scenario_find(found.name), new


def scenario_delete(
    *, actor: Actor, name: str, matches: Collection[str] | None = None
) -> None:
    """Forget a team's own scenario; its runs and their records stay.

    Raises NotFound, PreconditionFailed, and Conflict for one that ships.
    """
    access_check(actor, "scenarios.change")
    _name_check(name)
    with audited():
        row = StoredScenario.objects.select_for_update().filter(name=name).first()
        if row is None:
            message = f"There is no scenario {name}."
            raise NotFound(message)
        _match_check(matches, row)
        row.delete()
        record(
            actor=actor,
            action="scenario.deleted",
            subject=f"scenario {name}",
            before={"digest": source_digest(row.source)},
        )


def scenario_runnable(shelved: Shelved) -> Scenario:
    """Raises Conflict where it cannot be read any more."""
    if shelved.scenario is None:
        message = f"The scenario {shelved.name} is not valid: {shelved.invalid}"
        raise Conflict(message)
    return shelved.scenario


def scenario_tag(source: str) -> str:
    """The entity tag of a scenario as it is written."""
    return f'"{source_digest(source)[:32]}"'


def source_digest(source: str) -> str:
    return hashlib.sha256(source.encode()).hexdigest()


def _name_check(name: str) -> None:
    if shipped(name):
        message = f"{name} comes with Ironclad and stays as it is; give yours a name of its own."
        raise Conflict(message)
    if name in RESERVED:
        message = f"{name} cannot be the name of a scenario; choose another one."
        raise Conflict(message)


def _match_check(tags: Collection[str] | None, row: StoredScenario | None) -> None:
    if tags is not None and (row is None or scenario_tag(row.source) not in tags):
        raise PreconditionFailed
