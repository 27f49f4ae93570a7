"""The SLO formulas: burn rates, error budgets, alert times. The only module that has them.

Source: The Site Reliability Workbook (Google), chapter 5. Symbols as in the literature:
`e` bad ratio, `b` = 1 - objective, `B` = e / b burn rate, `T` threshold, `S` SLO period,
`W` window, `H` healthy history before a fault, `K` clock scale. Durations that meet in one call
are seconds on the same clock: all production time, or all wall time (production / K).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "at_risk", "burning", "exhausted", "no_data"]

BURNING = 6.0  # burn over 5 m above which the status is "burning"
AT_RISK = 1.0  # burn over 1 h above which it is "at_risk"
SLACK = 1 + 1e-9  # a burn that sits exactly on a threshold must not fire
_DIGITS = 9  # products of decimal fractions: 1 - 0.999 is not 0.001


def exceeds(burn: float | None, threshold: float) -> bool:
    """B > T, strictly: rounding must not fire a rule. No data exceeds nothing."""
    return burn is not None and burn > threshold * SLACK


def burn_rate(bad: float, total: float, b: float) -> float | None:
    """B = e / b of a window's events; None where there were none."""
    return bad / total / b if total > 0 else None


def rule_fires(long: float | None, short: float | None, threshold: float) -> bool:
    """Both windows must exceed: the long one for weight, the short one for recency."""
    return exceeds(long, threshold) and exceeds(short, threshold)


def burn_after_step(B: float, W: float, t: float, H: float = math.inf) -> float:  # noqa: N803
    """burn_W(t) at `t` after a fault with burn B began: B x min(t, W) / min(H + t, W)."""
    return B * min(t, W) / min(H + t, W) if t > 0 else 0.0


def fires_after(B: float, T: float, W: float, H: float = math.inf) -> float | None:  # noqa: N803
    """How long after a step fault a rule fires; None: never.

    Less history than the window fires sooner, and none at once: which is why the built-in
    mode back-fills a healthy window.
    """
    if not exceeds(B, T):
        return None
    return T * W / B if H >= W * (1 - T / B) else T * H / (B - T)


def fires_after_paced(  # noqa: PLR0913, PLR0917 - the formula's symbols
    e: float,
    T: float,  # noqa: N803
    b: float,
    rate: float,
    W: float,  # noqa: N803
    K: float,  # noqa: N803
) -> float | None:
    """The same in wall seconds for evenly paced faults at `rate` requests a wall second.

    W is production time. The k-th bad request is request ceil(k / e); the rule fires at the
    first k above its threshold.
    """
    if not exceeds(e / b, T):
        return None
    k = math.floor(round(T * b * rate * W / K, _DIGITS)) + 1
    return math.ceil(round(k / e, _DIGITS)) / rate


def clears_after(B: float, T: float, W_short: float) -> float:  # noqa: N803
    """How long after the fault's end the short window falls to the threshold."""
    return W_short * (1 - T / B)


def holds_until_clear(B: float, T: float, W_short: float) -> float:  # noqa: N803
    """How long a fault must last for `clears_after` to apply."""
    return T * W_short / B


def spent(B: float, t: float, S: float) -> float:  # noqa: N803
    """The share of the budget that burning at B for `t` takes."""
    return B * t / S


def exhausts_in(remaining: float, B: float | None, S: float) -> float | None:  # noqa: N803
    """Time until the remaining share is gone at this burn; None: not at this rate.

    Nothing to exhaust without burn or without a remainder. Further off than one period is
    "not" as well: by then every event of today has left the window.
    """
    if B is None or B <= 0 or remaining <= 0:
        return None
    time = remaining * S / B
    return time if time < S else None


@dataclass(frozen=True, slots=True)
class Budget:
    """An error budget over its window, in events and in minutes of full outage."""

    total: float  # bad events allowed
    consumed: int  # bad events so far
    remaining: float  # may be negative: overspent is shown, never clamped
    remaining_ratio: float | None  # None: no events, so nothing is known
    minutes_total: float  # production time
    minutes_remaining: float | None
    bad_remaining: int  # whole bad events left; negative when overspent


def budget(bad: int, total: int, b: float, S: float) -> Budget:  # noqa: N803
    """The figures of one ledger; S in production seconds."""
    allowed = round(b * total, _DIGITS)
    ratio = 1 - bad / (b * total) if total > 0 else None
    minutes = round(b * S / 60, _DIGITS)
    return Budget(
        total=allowed,
        consumed=bad,
        remaining=allowed - bad,
        remaining_ratio=ratio,
        minutes_total=minutes,
        minutes_remaining=None if ratio is None else ratio * minutes,
        bad_remaining=math.floor(round(allowed - bad, _DIGITS)),
    )


def status(
    remaining_ratio: float | None, burn_5m: float | None, burn_1h: float | None
) -> Status:
    """The one word for an SLO; the gravest that applies."""
    if remaining_ratio is None:
        return "no_data"
    if remaining_ratio <= 0:
        return "exhausted"
    if exceeds(burn_5m, BURNING):
        return "burning"
    if exceeds(burn_1h, AT_RISK) or remaining_ratio < 0.5:  # noqa: PLR2004 - half
        return "at_risk"
    return "ok"


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a steady fault would do to one SLO, from now; durations as they were given."""

    page_after: float | None
    spends_per_minute: float  # share of the whole budget
    gone_in: float | None
    left_when_ends: float


def forecast(  # noqa: PLR0913
    B: float,  # noqa: N803
    *,
    remaining: float,
    lasts: float,
    S: float,  # noqa: N803
    pages: list[tuple[float, float]],
    H: float = math.inf,  # noqa: N803
) -> Forecast:
    """Forecast a fault of burn B that lasts so long; `pages` are (T, W) of the page rules."""
    times = [fires_after(B, T, W, H) for T, W in pages]
    fired = [time for time in times if time is not None and time <= lasts]
    return Forecast(
        page_after=min(fired, default=None),
        spends_per_minute=spent(B, 60, S),
        gone_in=exhausts_in(remaining, B, S),
        left_when_ends=remaining - spent(B, lasts, S),
    )
