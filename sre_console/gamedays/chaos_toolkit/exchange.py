"""Scenarios in and out: as files of their own kind, and as experiments of the Chaos Toolkit."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings

from ironclad.errors import FieldsInvalid
from sre_console.audit.actor import Actor
from sre_console.gamedays.chaos_toolkit.reading import Imported, chaos_toolkit_read
from sre_console.gamedays.chaos_toolkit.writing import chaos_toolkit_written
from sre_console.gamedays.scenarios.library import Shelved, known
from sre_console.gamedays.scenarios.reading import NAME
from sre_console.gamedays.scenarios.scenario import Scenario
from sre_console.gamedays.scenarios.shelving import scenario_store
from sre_console.gamedays.scenarios.writing import scenario_document, scenario_yaml

TOOLKIT = "chaos-toolkit"
FORMATS = ("yaml", "json", TOOLKIT)


def experiment_read(text: str, file: str = "experiment", *, name: str = "") -> Imported:
    """An experiment as a scenario, by this name if one is given. Raises ScenarioInvalid."""
    found = chaos_toolkit_read(text, file, base=_addresses(), known=known())
    if not name:
        return found
    if not NAME.fullmatch(name):
        message = "name must be lower-case letters, digits and dashes."
        raise FieldsInvalid([("name", message)])
    return replace(found, scenario=replace(found.scenario, name=name))


def scenario_import(
    *, actor: Actor, text: str, name: str = "", file: str = "experiment"
) -> tuple[Shelved, tuple[str, ...]]:
    """Keep an experiment as a scenario, and say what of it is different here.

    Raises ScenarioInvalid, and Conflict where there is one of its name.
    """
    found = experiment_read(text, file, name=name)
    source = scenario_yaml(found.scenario)
    shelved, _ = scenario_store(
        actor=actor, source=source, origin="imported", fresh=True
    )
    return shelved, found.notes


def scenario_export(
    scenario: Scenario, kind: str, *, source: str = ""
) -> tuple[str, str, str]:
    """Content type, file name and text. Raises FieldsInvalid for an unknown kind.

    YAML is as it was written, where `source` is that and is YAML.
    """
    if kind not in FORMATS:
        message = f"format must be one of {', '.join(FORMATS)}."
        raise FieldsInvalid([("format", message)])
    if kind == "yaml":
        is_json = not source or source.lstrip("\ufeff \r\n\t").startswith("{")
        text = scenario_yaml(scenario) if is_json else source
        return "application/yaml", f"{scenario.name}.yaml", text
    if kind == "json":
        document, ending = scenario_document(scenario), ".json"
    else:
        document, ending = (
            chaos_toolkit_written(
                scenario, settings.CONSOLE_URL, scale=settings.CLOCK_SCALE
            ),
            f"-{TOOLKIT}.json",
        )
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return "application/json", f"{scenario.name}{ending}", text


def _addresses() -> Sequence[str]:
    """Where this service is known to be."""
    return [settings.CONSOLE_URL, f"http://127.0.0.1:{settings.PORT}"]
