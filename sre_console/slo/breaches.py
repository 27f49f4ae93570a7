"""Which burn-rate rules are over their threshold, kept as rows from beginning to end."""

from __future__ import annotations

from collections.abc import Iterable

from sre_console.models import BurnBreach
from sre_console.slo import budget, lookup
from sre_console.slo.standings import Standings
from sre_console.slo.windows import BurnRule


def breaches_update(found: Standings, rules: Iterable[BurnRule]) -> None:
    """Open, refresh and close breaches for the second that the standings end with.

    Only the newest second is judged: samples that came late don't raise alerts in the past.
    Run by the evaluator, in its transaction.
    """
    at = lookup.moment(found.end + 1)
    open_ones = {
        (row.slo, row.window): row for row in BurnBreach.objects.filter(ended_at=None)
    }
    for standing in found.slos:
        for rule in rules:
            threshold = rule.threshold(standing.objective.window)
            long, short = standing.burns[rule.long], standing.burns[rule.short]
            row = open_ones.pop((standing.objective.name, rule.long), None)
            if not budget.rule_fires(long, short, threshold) or long is None:
                if row is not None:
                    row.ended_at = at
                    row.save(update_fields=["ended_at"])
            elif row is None:
                BurnBreach.objects.create(
                    slo=standing.objective.name,
                    severity=rule.severity,
                    window=rule.long,
                    threshold=threshold,
                    burn=long,
                    began_at=at,
                )
            else:
                row.burn = long
                row.save(update_fields=["burn"])
    for row in open_ones.values():  # its SLO or rule is no longer there
        row.ended_at = at
        row.save(update_fields=["ended_at"])
