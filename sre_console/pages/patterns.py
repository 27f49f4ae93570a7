"""What the console says of each resilience pattern, with this installation's figures."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext

from ironclad.edge.admission import UNBOUNDED


@dataclass(frozen=True, slots=True)
class PatternHead:
    """One resilience pattern as its switch explains it."""

    name: str
    title: str
    does: str
    off: str  # what is left while it is off


def pattern_heads() -> tuple[PatternHead, ...]:
    """In the order in which a request meets them."""
    return (
        PatternHead(
            name="cache",
            title=gettext("Read cache"),
            does=gettext(
                "A read is answered from memory until the next write to users."
            ),
            off=gettext("Off: every read asks the database."),
        ),
        PatternHead(
            name="bulkhead",
            title=gettext("Bulkhead"),
            does=gettext(
                "At most %(slots)s requests inside; the rest wait up to %(wait)s s."
            )
            % {"slots": settings.ADMISSION_LIMIT, "wait": _n(settings.ADMISSION_WAIT)},
            off=gettext("Off: up to %(slots)s inside.") % {"slots": UNBOUNDED},
        ),
        PatternHead(
            name="deadline",
            title=gettext("Deadline"),
            does=gettext("Database work is cut after %(seconds)s s.")
            % {"seconds": _n(settings.DATABASE_DEADLINE)},
            off=gettext("Off: the request's own %(seconds)s s are left.")
            % {"seconds": _n(settings.REQUEST_DEADLINE)},
        ),
        PatternHead(
            name="retry",
            title=gettext("Retry"),
            does=gettext("Up to %(attempts)s attempts, at most %(share)s %% more load.")
            % {
                "attempts": settings.RETRY_ATTEMPTS,
                "share": _n(settings.RETRY_BUDGET * 100),
            },
            off=gettext("Off: the first failure is the answer."),
        ),
        PatternHead(
            name="breaker",
            title=gettext("Circuit breaker"),
            does=_breaker(),
            off=gettext("Off: every request asks the database."),
        ),
    )


def _breaker() -> str:
    values = {
        "failures": settings.BREAKER_FAILURES,
        "seconds": _n(settings.BREAKER_OPEN),
        "share": _n(settings.BREAKER_RATIO * 100),
        "window": settings.BREAKER_WINDOW,
    }
    if settings.BREAKER_RATIO > 0:
        return (
            gettext(
                "Opens at %(share)s %% failures of %(window)s calls, for %(seconds)s s."
            )
            % values
        )
    return gettext("Opens after %(failures)s failures in a row, for %(seconds)s s.") % (
        values
    )


def _n(value: float) -> str:
    """As people write it: 10 and 0.5, not 10.0."""
    return str(number_format(f"{value:g}"))
