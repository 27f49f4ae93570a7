"""What each lesson of the tour says and asks, with this installation's numbers."""

# ruff: noqa: RUF001 - a times sign and a division sign, as people read them
from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from sre_console.gamedays.tour.expected import Installation
from sre_console.gamedays.tour.lessons import FAST, SLOW, Choice, Lesson
from sre_console.incidents.catalogue import catalogue
from sre_console.pages.incident_words import lasted


@dataclass(frozen=True, slots=True)
class LessonWords:
    title: str
    paragraphs: tuple[str, ...]
    question: str
    unit: str = ""  # of a number
    options: tuple[tuple[str, str], ...] = ()
    by_hand: str = ""  # how to do it with a slider of one's own


def lesson_title(name: str) -> str:
    return {
        "error-budget": _("SLI and error budget"),
        "burn-rate": _("Burn rate"),
        "slow-page": _("Why 1 % never pages fast"),
        "circuit-breaker": _("The circuit breaker"),
        "post-mortem": _("The post-mortem"),
    }[name]


def lesson_words(lesson: Lesson, here: Installation) -> LessonWords:
    paragraphs, question = _TEXTS[lesson.name](lesson, here)
    return LessonWords(
        title=lesson_title(lesson.name),
        paragraphs=paragraphs,
        question=question,
        unit=unit_word(lesson),
        options=tuple((each, option_word(each)) for each in options_of(lesson)),
        by_hand=_by_hand(lesson),
    )


def options_of(lesson: Lesson) -> tuple[str, ...]:
    return lesson.asks.options if isinstance(lesson.asks, Choice) else ()


def option_word(option: str) -> str:
    return {
        "fast": _("The fast rule pages: within an hour"),
        "slow": _("The fast rule never does; the slow one pages after some hours"),
        "none": _("Nobody is paged, however long it lasts"),
    }[option]


def unit_word(lesson: Lesson) -> str:
    if isinstance(lesson.asks, Choice):
        return ""
    return {
        "percent": _("% of the budget"),
        "times": _("× as fast as allowed"),
        "seconds": _("s, on your watch"),
    }[lesson.asks.unit]


def both_clocks(wall: float, scale: float) -> str:
    """A duration of SLO time, and in brackets what it takes here."""
    slo = span(wall * scale)
    if scale == 1:
        return slo
    return _("{slo} ({wall} here)").format(slo=slo, wall=span(wall))


def span(seconds: float) -> str:
    """A duration without what adds nothing: 5 s, 30 d."""
    if seconds < _FINE and seconds == int(seconds):
        return f"{seconds:.0f} s"
    return lasted(seconds).removesuffix(" 0 h")


_FINE = 10  # seconds below which `lasted` has a decimal


def share(ratio: float) -> str:
    """A ratio in percent with the digits it needs."""
    return f"{ratio * 100:.4g} %"


def _by_hand(lesson: Lesson) -> str:
    if lesson.fault.dependency_error_rate:
        said = _("Or set it yourself on Live: Database, DB errors {n}.")
        return said.format(n=share(lesson.fault.dependency_error_rate))
    said = _("Or set it yourself on Live: Errors {n}, and nothing else.")
    return said.format(n=share(lesson.error_rate))


def _budget(lesson: Lesson, here: Installation) -> tuple[tuple[str, ...], str]:
    period = both_clocks(here.period / here.scale, here.scale)
    return (
        _(
            "An SLI, a service level indicator, is a ratio: good events over all events. Here "
            "every finished request to the service is one event. For availability it is bad "
            "when it was answered with a 5xx."
        ),
        _(
            "The objective is {target}, so {b} of the requests may fail. What may fail within "
            "{period} is the error budget: {allowed} requests now, at {rate} requests a second."
        ).format(
            target=share(1 - here.b), b=share(here.b), period=period,
            allowed=f"{here.allowed:,.0f}", rate=f"{here.rate:.0f}",
        ),
        _("Spending it is no sin: that is what it is for. The question is how fast."),
    ), _(
        "{e} of the requests will fail for {time}. How much of the availability budget "
        "does that spend?"
    ).format(e=share(lesson.error_rate), time=_held(lesson, here))  # fmt: skip


def _burn(lesson: Lesson, here: Installation) -> tuple[tuple[str, ...], str]:
    return (
        _(
            "How much is left of a budget says nothing of urgency. The burn rate does: how many "
            "times faster is it spent than would just last until the end of the period?"
        ),
        _(
            "Burn rate 1 uses the budget up in {period}, burn rate 2 in half of that. It is the "
            "share that fails over the share that may fail ({b} here). It needs neither the "
            "traffic nor a clock, so a rehearsal has the same burn rates as production."
        ).format(period=span(here.period), b=share(here.b)),
    ), _("{e} of the requests will fail. How fast does the availability budget burn?").format(
        e=share(lesson.error_rate)
    )  # fmt: skip


def _slow(lesson: Lesson, here: Installation) -> tuple[tuple[str, ...], str]:
    fast, slow = here.rule(FAST), here.rule(SLOW)
    return (
        _(
            "A page has to be worth waking somebody. So each rule watches for a share of the "
            "budget: the fast one fires above a burn rate of {fast} over {fast_window}, the slow "
            "one above {slow} over {slow_window}."
        ).format(
            fast=f"{fast.threshold:g}", fast_window=span(fast.window),
            slow=f"{slow.threshold:g}", slow_window=span(slow.window),
        ),
        _(
            "Both look at two windows: the long one for weight, and one a twelfth as long, so "
            "that the alert clears soon after the trouble is over."
        ),
    ), _("{e} of the requests will fail, and go on failing. Who is paged?").format(
        e=share(lesson.error_rate)
    )  # fmt: skip


def _breaker(lesson: Lesson, here: Installation) -> tuple[tuple[str, ...], str]:
    return (
        _(
            "When every call to the database fails, trying on makes callers wait and keeps the "
            "load on what is down already. After {n} failed calls in a row the circuit breaker "
            "opens: requests are refused at once with a 503, and the database is left alone."
        ).format(n=here.breaker_failures),
        _(
            "After {open} it lets one trial call through. If that succeeds the breaker closes; "
            "if not, it stays open for as long again. Its timers are of your watch, in a "
            "rehearsal too."
        ).format(open=span(here.breaker_open)),
    ), _(
        "Every call to the database will fail for {time}. For how long do requests fail?"
    ).format(time=span(lesson.holds))  # fmt: skip


def _mortem(lesson: Lesson, here: Installation) -> tuple[tuple[str, ...], str]:
    quiet = catalogue().quiet.total_seconds() / here.scale
    return (
        _(
            "A page opens an incident. From then on its record writes itself: alerts, faults, "
            "who took it and when. Once its alerts are quiet for {quiet} it is resolved, and its "
            "post-mortem has a draft made of that record."
        ).format(quiet=both_clocks(quiet, here.scale)),
        _(
            "A post-mortem says what happened, what it cost, how it was noticed and what was "
            "learned; never whose fault it was. The time to detect is its first figure."
        ),
    ), _("{e} of the requests will fail. After how many seconds does the page fire?").format(
        e=share(lesson.error_rate)
    )  # fmt: skip


def _held(lesson: Lesson, here: Installation) -> str:
    return both_clocks(lesson.wall(here.scale), here.scale)


_TEXTS = {
    "error-budget": _budget,
    "burn-rate": _burn,
    "slow-page": _slow,
    "circuit-breaker": _breaker,
    "post-mortem": _mortem,
}
