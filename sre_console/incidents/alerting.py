"""The life of an alert: inactive, pending for as long as its rule says, firing, and inactive again.

Pure. Times are epoch seconds of wall time; durations come already divided by the clock scale.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

State = Literal["inactive", "pending", "firing"]
Turn = Literal["pending", "fired", "resolved", "dropped"]

# Longer than this without a judgement says nothing of the time between: what was pending
# begins to count again. A leader's successor is there within five seconds.
GAP = 10.0


@dataclass(frozen=True, slots=True)
class Alert:
    """Where one alert stands."""

    state: State = "inactive"
    since: float | None = None  # of the state
    pending_at: float | None = None  # when what it fires for began
    fired_at: float | None = None  # the last time
    clear_at: float | None = None  # firing, but its condition ended then
    resolved_at: float | None = None  # the last time


def judge(  # noqa: PLR0911, PLR0913 - the ways out are the states' own
    alert: Alert,
    *,
    exceeded: bool,
    at: float,
    before: float | None,
    hold: float,
    keep: float,
) -> tuple[Alert, Turn | None]:
    """The alert after a judgement at `at`, and what happened to it.

    `before` is the time of the judgement before, `hold` how long the condition must last to
    fire, `keep` how long the alert fires on after its condition ended.
    """
    if alert.state == "firing":
        return _firing(alert, exceeded=exceeded, at=at, keep=keep)
    if not exceeded:
        if alert.state == "pending":
            return replace(
                alert, state="inactive", since=at, pending_at=None
            ), "dropped"
        return alert, None
    if alert.state == "inactive":
        pending = replace(alert, state="pending", since=at, pending_at=at)
        return _fired(pending, at) if hold <= 0 else (pending, "pending")
    assert alert.pending_at is not None  # noqa: S101 - it is pending
    # A clock that went back is a gap as well.
    if before is None or not 0 <= at - before <= GAP or at < alert.pending_at:
        return replace(alert, since=at, pending_at=at), None
    if at - alert.pending_at >= hold:
        return _fired(alert, at)
    return alert, None


def _fired(alert: Alert, at: float) -> tuple[Alert, Turn]:
    return replace(alert, state="firing", since=at, fired_at=at, clear_at=None), "fired"


def _firing(
    alert: Alert, *, exceeded: bool, at: float, keep: float
) -> tuple[Alert, Turn | None]:
    if exceeded:
        return replace(alert, clear_at=None), None
    clear = at if alert.clear_at is None else min(alert.clear_at, at)
    if at - clear < keep:
        return replace(alert, clear_at=clear), None
    over = Alert("inactive", at, None, alert.fired_at, None, at)
    return over, "resolved"
