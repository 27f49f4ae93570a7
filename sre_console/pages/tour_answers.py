"""A lesson's answer: the formula with this installation's numbers, and what was measured."""

# ruff: noqa: RUF001 - a times sign, a minus and a division sign, as people read them
from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from sre_console.gamedays.tour.expected import Installation
from sre_console.gamedays.tour.lessons import FAST, SLOW, Figure, Lesson
from sre_console.pages.incident_words import DASH
from sre_console.pages.tour_words import both_clocks, option_word, share, span

Answer = Mapping[str, Any]  # gamedays.tour.measuring


def told(lesson: Lesson, value: float | str | None) -> str:
    """An answer in the lesson's unit."""
    if value is None:
        return DASH
    if not isinstance(lesson.asks, Figure):
        return option_word(str(value))
    number = float(value)
    if lesson.asks.unit == "percent":
        return f"{number:.3g} %"
    if lesson.asks.unit == "times":
        return f"{number:.3g}×"
    return f"{number:.1f} s"


def formula_lines(lesson: Lesson, here: Installation, answer: Answer) -> list[str]:
    """Why the formula gives its answer."""
    e, burn = lesson.error_rate, here.burn(lesson.error_rate)
    rate = _("B = e ÷ b = {e} ÷ {b} = {burn}").format(
        e=share(e), b=share(here.b), burn=f"{burn:g}"
    )
    if lesson.name == "circuit-breaker":
        return [_breaker(lesson, here)]
    if lesson.name == "error-budget":
        return [rate, _spent(lesson, here, answer, burn)]
    if lesson.name == "burn-rate":
        gone = both_clocks(here.period / burn / here.scale, here.scale)
        said = _("The whole budget is gone after S ÷ B = {period} ÷ {burn} = {gone}.")
        return [
            rate,
            said.format(period=span(here.period), burn=f"{burn:g}", gone=gone),
        ]
    if lesson.name == "slow-page":
        fast = here.rule(FAST)
        never = _(
            "Over no window can the burn exceed the fault's own: {burn} never reaches {fast}."
        ).format(burn=f"{burn:g}", fast=f"{fast.threshold:g}")
        return [rate, never, _fires(SLOW, lesson, here)]
    return [rate, _fires(FAST, lesson, here)]


def _spent(lesson: Lesson, here: Installation, answer: Answer, burn: float) -> str:
    held = float(answer.get("lasted", lesson.wall(here.scale)))
    said = _("Spent = B × t ÷ S = {burn} × {t} ÷ {period} = {value}.").format(
        burn=f"{burn:g}", t=span(held * here.scale), period=span(here.period),
        value=told(lesson, answer.get("expected")),
    )  # fmt: skip
    if here.scale == 1:
        return said
    scale = _("{wall} on your watch are {slo} of SLO time: K = {k}.").format(
        wall=span(held), slo=span(held * here.scale), k=f"{here.scale:g}"
    )
    return f"{said} {scale}"


def _fires(name: str, lesson: Lesson, here: Installation) -> str:
    rule, burn = here.rule(name), here.burn(lesson.error_rate)
    slo = rule.threshold * rule.window / burn
    return _(
        "{rule} fires after T × W ÷ B = {t} × {w} ÷ {burn} = {time}, when its window held only "
        "good requests before."
    ).format(
        rule=_("The fast rule") if name == FAST else _("The slow rule"),
        t=f"{rule.threshold:g}", w=span(rule.window), burn=f"{burn:g}",
        time=both_clocks(slo / here.scale, here.scale),
    )  # fmt: skip


def _breaker(lesson: Lesson, here: Installation) -> str:
    return _(
        "It opens with failed call {n}, and tries again {open} later, whatever the fault does "
        "meanwhile: the outage lasts {open}, and not {fault}."
    ).format(
        n=here.breaker_failures,
        open=span(here.breaker_open),
        fault=span(lesson.holds),
    )


def measured_lines(lesson: Lesson, here: Installation, answer: Answer) -> list[str]:
    """What was counted; empty where nothing ran."""
    if "lasted" not in answer:
        return []
    if answer.get("cut"):
        return [_cut(lesson, here, answer)]
    bad = int(answer["bad"])
    if lesson.name == "error-budget":
        said = _(
            "{bad} requests failed; the budget allows {allowed}: {bad} ÷ {allowed} = {value}."
        )
        return [
            said.format(
                allowed=f"{answer['allowed']:,.0f}",
                bad=f"{bad:,}",
                value=told(lesson, answer["value"]),
            )
        ]
    if lesson.name == "burn-rate":
        bad, total = answer["inside"]
        said = _("{bad} of {total} requests failed: {e}.")
        e = share(round(bad / total, 4)) if total else DASH
        return [said.format(bad=f"{bad:,}", total=f"{total:,}", e=e)]
    if lesson.name == "circuit-breaker":
        calls = _(
            "Meanwhile the database was spared: {calls} calls reached it, and {refused} "
            "requests were refused without one."
        ).format(calls=f"{answer['calls']:,}", refused=f"{answer['refused']:,}")
        return [calls]
    return [_paged(answer), *_history(lesson, here, answer)]


def _paged(answer: Answer) -> str:
    fast, slow = answer["fast"], answer["slow"]
    fast_said = (
        _("The fast rule did not fire in {time}.").format(time=span(answer["lasted"]))
        if fast is None
        else _("The fast rule fired after {time}.").format(time=f"{fast:.1f} s")
    )
    if slow is None:
        return fast_said
    slow_said = _("The slow rule fired after {time}.").format(time=f"{slow:.1f} s")
    return f"{fast_said} {slow_said}"


def _history(lesson: Lesson, here: Installation, answer: Answer) -> list[str]:
    """That the windows were not empty before, where that has made a difference."""
    name = FAST if lesson.name == "post-mortem" else SLOW
    got = answer["fast"] if name == FAST else answer["slow"]
    rule = here.rule(name)
    clean = rule.threshold * rule.window / here.burn(lesson.error_rate) / here.scale
    if got is None or got > clean * _SOONER:
        return []
    return [
        _(
            "That is sooner than the formula says of a healthy history: bad requests from "
            "before were still in the window of {window}."
        ).format(window=both_clocks(rule.window / here.scale, here.scale))
    ]


_SOONER = 0.9


def _cut(lesson: Lesson, here: Installation, answer: Answer) -> str:
    if lesson.until:
        said = _("The fault ended after {time}, before any page. Try it again.")
        return said.format(time=span(answer["lasted"]))
    said = _("The fault ended after {time}; it takes {all}. Try it again.")
    return said.format(time=span(answer["lasted"]), all=span(lesson.wall(here.scale)))
