"""What the policy page is given: plain values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from sre_console.gamedays.outcome.amounts import percent
from sre_console.governance.policy.rules import ALLOWED, Rule
from sre_console.governance.policy.selectors import (
    Line,
    PolicyNow,
    SloPolicy,
    enforced,
)
from sre_console.pages.incident_models import Mark

_LOOKS: dict[str, tuple[str, str]] = {
    "allowed": ("is-ok", "ok"),
    "reviewed": ("is-risk", "risk"),
    "approved": ("is-risk", "person"),
    "fixes": ("is-burning", "critical"),
    "frozen": ("is-exhausted", "exhausted"),
}


@dataclass(frozen=True, slots=True)
class NowRow:
    subject: str
    to: Mark
    why: str  # the rule's title; empty: nothing restricts it
    by: str
    enforced: bool


@dataclass(frozen=True, slots=True)
class HeldRow:
    title: str
    anchor: str
    since: datetime | None


@dataclass(frozen=True, slots=True)
class SloRow:
    name: str
    left: str
    known: bool
    held: tuple[HeldRow, ...]
    now: tuple[NowRow, ...]


@dataclass(frozen=True, slots=True)
class RestrictionRow:
    subject: str
    to: Mark
    by: str
    enforced: bool


@dataclass(frozen=True, slots=True)
class RuleRow:
    anchor: str
    title: str
    why: str
    when: str
    here: bool
    holds: bool  # for an SLO, now
    restricts: tuple[RestrictionRow, ...]


def subject_word(subject: str) -> str:
    return {
        "faults": _("Faults"),
        "gameDays": _("Game days"),
        "deployments": _("Deployments"),
    }[subject]


def allowed_mark(to: str) -> Mark:
    words = {
        "allowed": _("allowed"),
        "reviewed": _("looked at twice"),
        "approved": _("with approval"),
        "fixes": _("only fixes"),
        "frozen": _("frozen"),
    }
    assert to in ALLOWED  # noqa: S101 - the policy was read strictly
    return Mark(words[to], *_LOOKS[to])


def by_words(by: str) -> str:
    """What sees to it, with the number that is in force."""
    if by == "chaosFloor":
        if settings.CHAOS_FLOOR is None:
            return _("the chaos floor, which is not set here (IRONCLAD_CHAOS_FLOOR)")
        return _("the chaos floor: nothing starts below {least}").format(
            least=percent(settings.CHAOS_FLOOR)
        )
    if by == "approval":
        if settings.CHAOS_APPROVAL_ABOVE is None:
            return _(
                "the approval, which is not asked for here (IRONCLAD_CHAOS_APPROVAL_ABOVE)"
            )
        return _(
            "the approval of a second person above {share} of the requests"
        ).format(share=percent(settings.CHAOS_APPROVAL_ABOVE))
    if by == "firing":
        return _("the check that nothing pages when a game day starts")
    return _("an agreement between people") if by else ""


def when_words(rule: Rule) -> str:
    if rule.always:
        return _("always")
    if rule.firing:
        return _("while an alert of the SLO pages") if rule.firing == "page" else _("while a ticket of the SLO is open")  # fmt: skip
    if rule.threshold is None:
        return _("below {setting}, which is not set here").format(setting=rule.setting)
    least = percent(rule.threshold)
    if rule.setting:
        return _("below {least} of the budget ({setting})").format(
            least=least, setting=rule.setting
        )
    if rule.threshold == 0:
        return _("when nothing of the budget is left")
    return _("below {least} of the budget").format(least=least)


def now_rows(lines: tuple[Line, ...]) -> tuple[NowRow, ...]:
    return tuple(
        NowRow(
            subject=subject_word(line.subject),
            to=allowed_mark(line.to),
            why=line.rule.title if line.rule else "",
            by=by_words(line.by),
            enforced=line.enforced,
        )
        for line in lines
    )


def slo_row(slo: SloPolicy) -> SloRow:
    return SloRow(
        name=slo.objective.display_name,
        left=percent(slo.left),
        known=slo.left is not None,
        held=tuple(
            HeldRow(each.rule.title, each.rule.name, each.since)
            for each in reversed(slo.held)
        ),
        now=now_rows(slo.lines),
    )


def rule_rows(now: PolicyNow) -> list[RuleRow]:
    holding = {each.rule.name for slo in now.slos for each in slo.held}
    return [
        RuleRow(
            anchor=rule.name,
            title=rule.title,
            why=rule.why,
            when=when_words(rule),
            here=rule.here,
            holds=rule.name in holding,
            restricts=tuple(
                RestrictionRow(
                    subject_word(each.subject),
                    allowed_mark(each.to),
                    by_words(each.by),
                    enforced(each),
                )
                for each in rule.restricts
            ),
        )
        for rule in now.policy.rules
    ]
