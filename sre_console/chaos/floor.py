"""No fault starts while an error budget is nearly used up: practice must not use up the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.conf import settings

from ironclad.errors import Conflict

# By SLO, the ratio of its whole error budget that is left of all events; None: no data.
Remaining = Callable[[], Mapping[str, float | None]]


class Floor:
    """Is told at the start where to ask for the budgets: faults know nothing of SLOs."""

    def __init__(self) -> None:
        self._remaining: Remaining = dict

    def ask(self, remaining: Remaining) -> None:
        self._remaining = remaining

    def check(self) -> None:
        """Raises Conflict, with the numbers, while an SLO has less left than the floor."""
        least = settings.CHAOS_FLOOR
        if least is None:
            return
        short = {
            slo: ratio
            for slo, ratio in self._remaining().items()
            if ratio is not None and ratio < least
        }
        if short:
            left = ", ".join(f"{slo} has {_percent(short[slo])}" for slo in short)
            message = (
                f"No fault may start with less than {_percent(least)} of an error "
                f"budget left (IRONCLAD_CHAOS_FLOOR): {left}."
            )
            raise Conflict(message)


def _percent(ratio: float) -> str:
    return f"{ratio * 100:.4g} %"


floor = Floor()
