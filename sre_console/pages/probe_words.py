"""What a scenario looks at, in words: each probe and each check as one sentence's end."""

# ruff: noqa: RUF001 - a times sign, as people read it
from __future__ import annotations

from django.utils.translation import gettext as _

from sre_console.gamedays.scenarios.probes import (
    AlertProbe,
    BreakerProbe,
    HttpProbe,
    Probe,
    SloProbe,
    StatusProbe,
)
from sre_console.gamedays.scenarios.scenario import Check
from sre_console.pages.incident_words import lasted


def probe_words(probe: Probe) -> str:
    if isinstance(probe, AlertProbe):
        name = f"{probe.alert} ({probe.slo})" if probe.slo else probe.alert
        states = {
            "firing": _("{alert} fires"),
            "quiet": _("{alert} is quiet"),
            "pending": _("{alert} is pending"),
        }
        return states[probe.state].format(alert=name)
    if isinstance(probe, SloProbe):
        return _slo(probe)
    if isinstance(probe, StatusProbe):
        words = ", ".join(status.replace("_", " ") for status in probe.statuses)
        return _("{slo} is {status}").format(slo=probe.slo, status=words)
    if isinstance(probe, BreakerProbe):
        words = probe.state.replace("_", "-")
        return _("the breaker of {name} is {state}").format(
            name=probe.breaker, state=words
        )
    assert isinstance(probe, HttpProbe)  # noqa: S101 - there is no other
    call = probe.call
    statuses = ", ".join(str(status) for status in call.statuses)
    return _("{method} {path} answers {status}").format(
        method=call.method, path=call.path, status=statuses
    )


def _slo(probe: SloProbe) -> str:
    measures = {
        "burn": _("{slo}: burn over {window}"),
        "budgetRemaining": _("{slo}: budget left"),
        "budgetSpent": _("{slo}: budget spent"),
        "badEvents": _("{slo}: bad requests"),
        "badRatio": _("{slo}: share of bad requests"),
    }
    measured = measures[probe.measure].format(
        slo=probe.slo, window=probe.window or "5m"
    )
    near = _("{measured} within {tolerance} of {value}")
    bounds = {
        "above": _("{measured} above {value}"),
        "below": _("{measured} at most {value}"),
        "near": near,
    }
    return bounds[probe.comparison].format(
        measured=measured, value=_value(probe), tolerance=f"{probe.tolerance * 100:g} %"
    )


def _value(probe: SloProbe) -> str:
    if probe.measure == "burn":
        return f"{probe.value:g}×"
    if probe.measure == "badEvents":
        return f"{probe.value:,.0f}"
    return f"{probe.value * 100:g} %"


def check_words(check: Check, wall: float | None) -> str:
    """When it must hold, and what; `wall` is its deadline in wall seconds."""
    what = probe_words(check.probe)
    if check.mode == "always":
        return _("throughout: {what}").format(what=what)
    if check.mode == "atEnd":
        return _("as the step ends: {what}").format(what=what)
    if wall is None:
        return _("before the step ends: {what}").format(what=what)
    return _("within {time}: {what}").format(time=lasted(wall), what=what)
