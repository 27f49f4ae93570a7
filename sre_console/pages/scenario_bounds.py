"""The guardrails of a run that is to come, in words with their numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from sre_console.gamedays.telling.outlook import Outlook
from sre_console.pages import game_day_words as words
from sre_console.pages.incident_words import DASH, lasted


@dataclass(frozen=True, slots=True)
class Bound:
    term: str
    value: str
    note: str


def bounds_of(outlook: Outlook) -> Iterable[Bound]:
    limits, off = outlook.limits, _("off")
    allowed = _each((slo, f"{n:,}") for slo, n in limits.allowed.items())
    yield Bound(
        _("Chaos budget"),
        off if limits.share is None else words.percent(limits.share, 0),
        _("failed requests that its faults may cause: {allowed}").format(
            allowed=allowed
        )
        if allowed
        else _("its faults may spend any share of the error budget"),
    )
    if limits.day_share is not None:
        spent = _each((slo, f"{n:,}") for slo, n in limits.spent_today.items())
        yield Bound(
            _("All game days of a day"),
            words.percent(limits.day_share, 0),
            _("caused so far: {spent}").format(spent=spent or DASH),
        )
    left = _each(
        (slo, words.percent(seen.remaining)) for slo, seen in outlook.seen.slos.items()
    )
    yield Bound(
        _("Budget to start with"),
        off if limits.floor is None else words.percent(limits.floor, 0),
        _("left now: {left}").format(left=left),
    )
    yield Bound(
        _("Console closed"),
        off if limits.absence is None else lasted(limits.absence),
        _("an attended run ends when its starter's console was closed for so long"),
    )
    yield Bound(
        _("Real burn"),
        words.times(limits.page),
        _("the service's own failures stop it as they would page"),
    )


def _each(pairs: Iterable[tuple[str, str]]) -> str:
    return ", ".join(f"{name} {figure}" for name, figure in pairs)
