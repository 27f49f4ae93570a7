"""Two runs side by side: their figures, and their checks by title."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.translation import gettext as _

from sre_console.pages import game_day_words as words
from sre_console.pages.game_day_models import Run
from sre_console.pages.incident_models import Mark
from sre_console.pages.incident_words import DASH, lasted

Json = Mapping[str, Any]
Verdict = Literal["", "better", "worse"]


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    a: str
    b: str
    verdict: Verdict  # of B against A


@dataclass(frozen=True, slots=True)
class Pair:
    """One check in both; None where the run did not have it."""

    title: str
    a: Mark | None
    b: Mark | None
    got_a: str
    got_b: str
    differs: bool


def lines_of(a: Json, b: Json, runs: tuple[Run, Run]) -> list[Line]:
    return [
        Line(_("Verdict"), runs[0].mark.word, runs[1].mark.word, ""),
        _line(_("Score"), a.get("score"), b.get("score"), words.percent, more=True),
        _line(_("Lasted"), _seconds(runs[0]), _seconds(runs[1]), lasted),
        _line(
            _("Budget spent"), _out(a, "budgetSpentRatio"), _out(b, "budgetSpentRatio"), _fine
        ),
        _line(_("Bad requests"), _out(a, "badEvents"), _out(b, "badEvents"), words.count),
        _line(_("All requests"), _out(a, "totalEvents"), _out(b, "totalEvents"), words.count, judged=False),
        _line("TTD", _out(a, "ttd"), _out(b, "ttd"), words.exact),
        _line("TTM", _out(a, "ttm"), _out(b, "ttm"), words.exact),
        _line("TTR", _out(a, "ttr"), _out(b, "ttr"), words.exact),
        _line(_("Alerts that fired"), _alerts(a), _alerts(b), words.count, judged=False),
        Line(_("Speed"), runs[0].speed, runs[1].speed, ""),
        Line(_("Seed"), runs[0].seed, runs[1].seed, ""),
        Line(_("Started by"), runs[0].started_by, runs[1].started_by, ""),
    ]  # fmt: skip


def pairs_of(a: Json, b: Json) -> list[Pair]:
    """In the order of the first; what only the second had comes last."""
    ones, others = _by_title(a), _by_title(b)
    return [
        Pair(
            title=title,
            a=_mark(ones.get(title)),
            b=_mark(others.get(title)),
            got_a=_got(ones.get(title)),
            got_b=_got(others.get(title)),
            differs=_state(ones.get(title)) != _state(others.get(title)),
        )
        for title in dict.fromkeys((*ones, *others))
    ]


def _by_title(day: Json) -> dict[str, Json]:
    """By title and step: two steps may have the same check."""
    found: dict[str, Json] = {}
    for check in day["checks"]:
        step = check["step"]
        name = str(check["title"])
        if isinstance(step, int):
            name = _("{title} (step {n})").format(title=name, n=step + 1)
        elif step == "after":
            name = _("{title} (after)").format(title=name)
        found[name] = check
    return found


def _mark(check: Json | None) -> Mark | None:
    return None if check is None else words.check_mark(check["state"])


def _got(check: Json | None) -> str:
    return DASH if check is None else str(check.get("got") or DASH)


def _state(check: Json | None) -> object:
    return None if check is None else check["state"]


def _line(  # noqa: PLR0913
    name: str, a: Any, b: Any, show: Any, *, more: bool = False, judged: bool = True
) -> Line:  # fmt: skip
    verdict: Verdict = ""
    if judged and a is not None and b is not None and a != b:
        verdict = "better" if (b > a) == more else "worse"
    return Line(name, show(a), show(b), verdict)


def _out(day: Json, name: str) -> float | None:
    value = (day.get("outcome") or {}).get(name)
    return float(value) if isinstance(value, int | float) else None


def _alerts(day: Json) -> int | None:
    outcome = day.get("outcome") or {}
    return len(outcome["alerts"]) if "alerts" in outcome else None


def _seconds(run: Run) -> float | None:
    if run.started is None or run.ended is None:
        return None
    return (run.ended - run.started).total_seconds()


def _fine(ratio: float | None) -> str:
    return words.percent(ratio, 2)
