"""The scenarios there are: the files that ship, and a team's own out of the database."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from ironclad.errors import NotFound
from sre_console.gamedays.scenarios.known import Known
from sre_console.gamedays.scenarios.problems import ScenarioInvalid
from sre_console.gamedays.scenarios.reading import scenario_read
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.incidents.catalogue import catalogue
from sre_console.models import StoredScenario
from sre_console.slo.objectives import objectives

ENDINGS = (".yaml", ".yml", ".json")


@dataclass(frozen=True, slots=True)
class Shelved:
    """One scenario of the library; `invalid` says why it cannot be run any more."""

    name: str
    source: str
    origin: str  # shipped, own, imported
    scenario: Scenario | None
    invalid: ScenarioInvalid | None = None
    updated_by: str = ""


def scenarios_read() -> list[Shelved]:
    """Those that ship first, then a team's own; each by name."""
    shipped = [_file(path) for path in _paths()]
    taken = {shelved.name for shelved in shipped}
    rows = StoredScenario.objects.exclude(name__in=taken).order_by("name")
    return [*shipped, *(_stored(row) for row in rows)]


def scenario_find(name: str) -> Shelved:
    """Raises NotFound."""
    for path in _paths():
        if path.stem == name:
            return _file(path)
    # a name comes from an address, too: PostgreSQL takes no NUL
    stored = StoredScenario.objects.filter(name=name) if "\x00" not in name else None
    row = stored.first() if stored is not None else None
    if row is None:
        message = f"There is no scenario {name}."
        raise NotFound(message)
    return _stored(row)


def shipped(name: str) -> bool:
    return any(path.stem == name for path in _paths())


def known() -> Known:
    """The names that a scenario may speak of here."""
    return Known(
        alerts=tuple((rule.name, rule.slo) for rule in catalogue().rules),
        slos=tuple(objective.name for objective in objectives()),
    )


def _paths() -> list[Path]:
    every = Path(settings.SCENARIOS).iterdir() if settings.SCENARIOS.is_dir() else ()
    found = (path for path in every if path.suffix in ENDINGS)
    return sorted(path for path in found if not path.name.endswith(".schema.json"))


def _file(path: Path) -> Shelved:
    return _read(path.stem, path.read_text(encoding="utf-8"), path.name, "shipped")


def _stored(row: StoredScenario) -> Shelved:
    return _read(row.name, row.source, row.name, row.origin, row.updated_by)


@lru_cache(maxsize=256)
def _read(
    name: str, source: str, file: str, origin: str, updated_by: str = ""
) -> Shelved:
    try:
        scenario = scenario_read(source, file, known=known())
    except ScenarioInvalid as invalid:
        return Shelved(name, source, origin, None, invalid, updated_by)
    return Shelved(name, source, origin, scenario, None, updated_by)
