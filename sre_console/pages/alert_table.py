"""The table of alert rules: which of them are asked for, and in what order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from ironclad.clock import clock
from ironclad.errors import FieldsInvalid
from sre_console.incidents.alerts import readings_now, states_now
from sre_console.incidents.readings import Reading
from sre_console.incidents.rules import AlertRule
from sre_console.incidents.severity import SEVERITIES
from sre_console.incidents.silences import silences_read
from sre_console.models import AlertState
from sre_console.pages.tables import Column, Key, Order, rows_sorted

STATES = ("firing", "pending", "inactive")
_CHOICES = {"state": STATES, "severity": SEVERITIES}
FILTERS = (*_CHOICES, "slo", "q")


@dataclass(frozen=True, slots=True)
class AlertLine:
    """A rule as it stands now."""

    rule: AlertRule
    row: AlertState
    reading: Reading
    silenced: bool


def columns() -> list[Column]:
    return [
        Column(_("State"), "state", down=True),
        Column(_("Alert"), "name"),
        Column(_("SLO"), "slo"),
        Column(_("Severity"), "severity", down=True),
        Column(_("Value"), "value", right=True, down=True),
        Column(_("Threshold"), "threshold", right=True, down=True),
        Column(_("Condition, with its numbers")),
        Column(_("Since"), "since", down=True),
        Column(_("Runbook")),
    ]


def _state(line: AlertLine) -> int:
    return -STATES.index(line.row.state)


def _severity(line: AlertLine) -> int:
    return -SEVERITIES.index(line.rule.severity)


def _value(line: AlertLine) -> tuple[str, float] | None:
    # seconds and ratios do not compare: each unit by itself
    value = line.reading.value
    return None if value is None else (line.rule.condition.unit, value)


def _threshold(line: AlertLine) -> tuple[str, float]:
    return line.rule.condition.unit, line.rule.condition.threshold


_KEYS: dict[str, Key[AlertLine]] = {
    "state": _state,
    "name": lambda line: line.rule.name,
    "slo": lambda line: line.rule.slo,
    "severity": _severity,
    "value": _value,
    "threshold": _threshold,
    "since": lambda line: line.row.since,
}


def alert_lines() -> list[AlertLine]:
    """Every rule; those that fire first, the gravest of them first."""
    readings = readings_now()
    rows = states_now(clock.now())
    silences = silences_read(
        datetime.fromtimestamp(readings.found.end + 1).astimezone()
    )
    lines = [
        AlertLine(
            rule,
            rows.get(rule.key) or AlertState(state="inactive"),
            readings.of(rule),
            silences.match(rule),
        )
        for rule in readings.catalogue.rules
    ]
    return sorted(lines, key=lambda line: (-_state(line), -_severity(line)))


def alerts_chosen(
    lines: Iterable[AlertLine], query: Mapping[str, str], order: Order | None
) -> list[AlertLine]:
    """Those that every filter allows, in order; `q` is part of the name.

    Raises FieldsInvalid for a state or a severity that there is not.
    """
    problems: list[tuple[str | None, str]] = [
        (name, f"{name} must be one of {', '.join(allowed)}.")
        for name, allowed in _CHOICES.items()
        if name in query and query[name] not in allowed
    ]
    if problems:
        raise FieldsInvalid(problems)
    wanted = query.get("q", "").strip().casefold()
    chosen = (
        line
        for line in lines
        if query.get("state", line.row.state) == line.row.state
        and query.get("severity", line.rule.severity) == line.rule.severity
        and query.get("slo", line.rule.slo) == line.rule.slo
        and wanted in line.rule.name.casefold()
    )
    return rows_sorted(chosen, order, _KEYS)
