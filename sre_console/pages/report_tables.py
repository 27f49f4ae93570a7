"""The report's three tables: each with its columns, sorted by a parameter of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from django.utils.translation import gettext as _

from sre_console.incidents.severity import SEVERITIES
from sre_console.incidents.sla import Noise
from sre_console.models import Incident
from sre_console.pages.report_models import SloLine
from sre_console.pages.tables import Column, Head, Key, heads, order_read, rows_sorted

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Table(Generic[Row]):
    parameter: str  # of the address
    columns: list[Column]
    keys: Mapping[str, Key[Row]]

    def rows(self, rows: Iterable[Row], query: Mapping[str, str]) -> list[Row]:
        """Raises FieldsInvalid for a column that it does not have."""
        order = order_read(query, self.columns, self.parameter)
        return rows_sorted(rows, order, self.keys)

    def heads(self, path: str, query: Mapping[str, str]) -> list[Head]:
        order = order_read(query, self.columns, self.parameter)
        return heads(self.columns, order, path, query, self.parameter)


def slo_table() -> Table[SloLine]:
    columns = [
        Column(_("SLO"), "slo"),
        Column(_("Ledger"), "ledger"),
        Column(_("Promise"), "promise"),
        Column(_("Target"), "target", right=True, down=True),
        Column(_("Achieved"), "achieved", right=True),
        Column(_("Bad of all"), "bad", right=True, down=True),
        Column(_("Budget spent"), "spent", right=True, down=True),
        Column(_("Pages"), "pages", right=True, down=True),
        Column(_("Tickets"), "tickets", right=True, down=True),
    ]
    keys: dict[str, Key[SloLine]] = {
        "slo": lambda line: line.kept.objective.name,
        "ledger": lambda line: line.word,
        "promise": lambda line: line.ledger.kept,
        "target": lambda line: line.kept.objective.target,
        "achieved": lambda line: line.ledger.achieved,
        "bad": lambda line: line.ledger.bad,
        "spent": lambda line: line.ledger.spent_ratio,
        "pages": lambda line: line.kept.pages,
        "tickets": lambda line: line.kept.tickets,
    }
    return Table("sort", columns, keys)


def incident_table(now: datetime) -> Table[Incident]:
    columns = [
        Column(_("Severity"), "severity", down=True),
        Column(_("Incident"), "title"),
        Column(_("Opened"), "openedAt", down=True),
        Column(_("Lasted"), "lasted", right=True, down=True),
    ]
    keys: dict[str, Key[Incident]] = {
        "severity": lambda row: -SEVERITIES.index(row.severity),
        "title": lambda row: row.title,
        "openedAt": lambda row: row.opened_at,
        "lasted": lambda row: (row.resolved_at or now) - row.opened_at,
    }
    return Table("incidents", columns, keys)


def rule_table() -> Table[Noise]:
    columns = [
        Column(_("Rule"), "name"),
        Column(_("Fired"), "fired", right=True, down=True),
        Column(_("Silenced"), "silenced", right=True, down=True),
        Column(_("On average for"), "lasted", right=True, down=True),
    ]
    keys: dict[str, Key[Noise]] = {
        "name": lambda noise: (noise.name, noise.slo),
        "fired": lambda noise: noise.fired,
        "silenced": lambda noise: noise.silenced,
        "lasted": lambda noise: noise.seconds,
    }
    return Table("rules", columns, keys)
