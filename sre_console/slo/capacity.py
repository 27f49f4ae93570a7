"""What retries and a bulkhead do to errors and load: plain arithmetic of probabilities."""

from __future__ import annotations


def visible_error_ratio(e: float, extra_tries: int) -> float:
    """The errors that remain visible behind retries with independent faults: e^(r+1)."""
    return float(e ** (extra_tries + 1))


def retry_load(e: float, extra_tries: int) -> float:
    """The factor by which retries raise the load: (1 - e^(r+1)) / (1 - e)."""
    return float(sum(e**attempt for attempt in range(extra_tries + 1)))


def refused_evenly(erlangs: float, slots: int) -> float:
    """The share that a bulkhead refuses of evenly paced arrivals: max(0, 1 - c / a)."""
    return max(0.0, 1 - slots / erlangs) if erlangs > 0 else 0.0


def refused_randomly(erlangs: float, slots: int) -> float:
    """The same for Poisson arrivals: Erlang-B by its stable recurrence."""
    blocked = 1.0
    for slot in range(1, slots + 1):
        blocked = erlangs * blocked / (slot + erlangs * blocked)
    return blocked
