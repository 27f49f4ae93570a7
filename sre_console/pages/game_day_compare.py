"""Forecast and measured, side by side: of a run while it goes on, and of its end. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from sre_console.pages import game_day_words as words
from sre_console.pages.incident_words import DASH

Json = Mapping[str, Any]
_NEAR = 1.05  # what is no further off than a twentieth counts as foretold
_TICK = 2.0  # seconds that a time may be off: a second is judged when it is counted


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    name: str
    forecast: str
    measured: str
    about: str = ""  # which alert
    off: bool = False  # measured something else than was foretold


def so_far(day: Json) -> list[Row]:
    """While it runs: what should be by now, and what is."""
    forecast, outcome = day.get("forecast") or {}, day.get("outcome") or {}
    now = day.get("now") or {}
    worst = forecast.get("worst")
    return [
        Row(
            "bad",
            _("Bad requests so far"),
            words.count(_of(now, "badEvents", worst)),
            words.count(_measured(outcome, "badEvents", worst)),
        ),
        Row(
            "spent",
            _("Budget spent"),
            words.percent(_of(now, "budgetSpentRatio", worst), 2),
            words.percent(_measured(outcome, "budgetSpentRatio", worst), 2),
        ),
        *alert_rows(forecast, outcome),
        Row(
            "bad-end",
            _("Bad requests at the end"),
            words.count(_of(forecast, "badEvents", worst)),
            DASH,
        ),
        Row(
            "left-end",
            _("Budget at the end"),
            words.percent(_of(forecast, "budgetLeftRatio", worst)),
            DASH,
        ),
    ]


def at_the_end(day: Json) -> list[Row]:
    """After it: figure by figure."""
    forecast, outcome = day.get("forecast") or {}, day.get("outcome") or {}
    worst = forecast.get("worst")
    bad = _of(forecast, "badEvents", worst), _measured(outcome, "badEvents", worst)
    spent = (
        _of(forecast, "budgetSpentRatio", worst),
        _measured(outcome, "budgetSpentRatio", worst),
    )
    total = forecast.get("totalEvents"), outcome.get("totalEvents")
    return [
        Row(
            "bad", _("Bad requests"), words.count(bad[0]), words.count(bad[1]), off=_far(*bad)
        ),
        Row(
            "total",
            _("All requests"),
            words.count(total[0]),
            words.count(total[1]),
            off=_far(*total),
        ),
        Row(
            "spent",
            _("Budget spent"),
            words.percent(spent[0], 2),
            words.percent(spent[1], 2),
            off=_far(*spent),
        ),
        *alert_rows(forecast, outcome),
    ]  # fmt: skip


def alert_rows(forecast: Json, outcome: Json) -> Iterable[Row]:
    """Each alert that was foretold or fired: after how long in its step."""
    foretold: Sequence[Json] = forecast.get("alerts") or ()
    fired = list(outcome.get("alerts") or ())
    for number, one in enumerate(foretold):
        found = _same(one, fired)
        if found is not None:
            fired.remove(found)
        seconds = None if found is None else _since(found)
        off = seconds is not None and abs(seconds - (_since(one) or 0)) > _allowed(one)
        yield Row(
            f"alert-{number}", _name(one), words.exact(_since(one)), words.exact(seconds),
            _about(one), off,
        )  # fmt: skip
    for number, one in enumerate(fired):
        yield Row(
            f"fired-{number}", _name(one), DASH, words.exact(_since(one)), _about(one), off=True
        )  # fmt: skip


def _allowed(foretold: Json) -> float:
    return max(_TICK, (_since(foretold) or 0) * (_NEAR - 1))


def _same(one: Json, fired: Iterable[Json]) -> Json | None:
    def key(alert: Json) -> tuple[object, object, object]:
        return alert.get("name"), alert.get("slo"), alert.get("step")

    return next((each for each in fired if key(each) == key(one)), None)


def _since(alert: Json) -> float | None:
    value = alert.get("sinceStep")
    return value if value is not None else alert.get("firesAfter")


def _name(alert: Json) -> str:
    word = words.severity_word(str(alert.get("severity") or ""))
    step = alert.get("step")
    if step is None:
        return word
    return _("{severity}, step {n}").format(severity=word, n=step + 1)


def _about(alert: Json) -> str:
    name, slo = str(alert.get("name")), alert.get("slo")
    return f"{name} ({slo})" if slo else name


def _of(forecast: Json, what: str, slo: str | None) -> float | None:
    value = forecast.get(what)
    return value.get(slo) if isinstance(value, Mapping) else value


def _measured(outcome: Json, what: str, slo: str | None) -> float | None:
    mine = (outcome.get("bySlo") or {}).get(slo)
    value = mine.get(what) if isinstance(mine, Mapping) else outcome.get(what)
    return None if isinstance(value, Mapping) else value


def _far(foretold: float | None, measured: float | None) -> bool:
    if foretold is None or measured is None or foretold == measured:
        return False
    least, most = sorted((foretold, measured))
    return least <= 0 or most / least > _NEAR
