"""Disaster drills as an address asks for them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import QuerySet

from ironclad.errors import FieldsInvalid
from sre_console.models import DisasterDrill
from sre_console.recovery.drills.scenarios import SCENARIOS
from sre_console.recovery.drills.selectors import drill_list

STATES = ("running", "finished", "abandoned")
VERDICTS = ("passed", "failed")
FILTERS = {"scenario": tuple(SCENARIOS), "state": STATES, "verdict": VERDICTS}


def drills_asked(query: Mapping[str, str]) -> QuerySet[DisasterDrill]:
    """Newest first. Raises FieldsInvalid for a value that none has."""
    problems: list[tuple[str | None, str]] = [
        (name, f"{name} must be one of {', '.join(values)}.")
        for name, values in FILTERS.items()
        if name in query and query[name] not in values
    ]
    if problems:
        raise FieldsInvalid(problems)
    return drill_list().filter(
        **{name: query[name] for name in FILTERS if name in query}
    )
