"""Alerts that nobody is there to judge: told by whoever notices, from their rules alone.

Pure. Without the database nothing is judged, and without an evaluator neither. For how long is
all there is to know, and it grows by itself; what is told here is stored by nobody, and opens no
incident. Times are epoch seconds of wall time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sre_console.incidents.alerting import Alert
from sre_console.incidents.rules import AlertRule, Catalogue, Limit

DATABASE, EVALUATOR = "databaseAwaySeconds", "beatAgeSeconds"
SIGNALS = frozenset({DATABASE, EVALUATOR})
# Seconds without that are no news: another leader may take five to be there.
_PATIENCE = {DATABASE: 0.0, EVALUATOR: 5.0}


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as it stands by its rule, pending or firing."""

    rule: AlertRule
    alert: Alert
    value: float  # wall seconds


def told(
    catalogue: Catalogue, since: Mapping[str, float | None], *, now: float, scale: float
) -> list[Told]:
    """What is to be told at `now`; `since` says by signal when the last was heard, None: all well."""
    found = []
    for rule in catalogue.rules:
        condition = rule.condition
        if not isinstance(condition, Limit) or condition.signal not in since:
            continue
        began = since[condition.signal]
        if began is not None and now - began > _PATIENCE[condition.signal]:
            fires = fires_at(rule, condition, began, scale=scale)
            alert = _alert(condition, began, now=now, fires=fires)
            found.append(Told(rule, alert, now - began))
    return found


def fires_at(rule: AlertRule, limit: Limit, began: float, *, scale: float) -> float:
    """When an absence that began then makes its alert fire."""
    return began + limit.threshold + rule.hold.total_seconds() / scale


def _alert(condition: Limit, began: float, *, now: float, fires: float) -> Alert:
    """Pending at once: nothing but an end of the absence keeps it from firing."""
    if condition.exceeded(now - began) and now >= fires:
        return Alert("firing", since=fires, pending_at=began, fired_at=fires)
    return Alert("pending", since=began, pending_at=began)
