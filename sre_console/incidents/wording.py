"""What rules say, with their numbers in it: for our own pages and for Prometheus."""

from __future__ import annotations

from sre_console.incidents.rules import AlertRule, Burn
from sre_console.incidents.signals import Unit

_PROMETHEUS: dict[Unit, str] = {
    "ratio": "{{ $value | humanizePercentage }}",
    "seconds": "{{ $value | humanizeDuration }}",
    "burn": '{{ $value | printf "%.1f" }}x',
    "events": '{{ $value | printf "%.0f" }}',
}


def measured(value: float | None, unit: Unit) -> str:
    """A value with its unit; "no data" where there is none."""
    if value is None:
        return "no data"
    if unit == "ratio":
        return f"{_digits(value * 100)} %"
    if unit == "burn":
        return f"{_digits(value)}x"
    if unit == "events":
        return f"{value:.0f}"
    return _seconds(value)


def _digits(value: float) -> str:
    """Three significant digits, without zeros that say nothing."""
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"  # noqa: PLR2004


def _seconds(value: float) -> str:
    if value < 1:
        return f"{_digits(value * 1000)} ms"
    if value < 120:  # noqa: PLR2004 - from two minutes on seconds say little
        return f"{_digits(value)} s"
    if value < 7200:  # noqa: PLR2004 - likewise hours
        return f"{_digits(value / 60)} min"
    if value < 172_800:  # noqa: PLR2004
        return f"{_digits(value / 3600)} h"
    return f"{_digits(value / 86_400)} d"


def summary(rule: AlertRule, value: float | None) -> str:
    return _filled(rule.summary, rule, measured(value, rule.condition.unit))


def description(rule: AlertRule, value: float | None) -> str:
    return _filled(rule.description, rule, measured(value, rule.condition.unit))


def for_prometheus(template: str, rule: AlertRule) -> str:
    """The same as a template of Prometheus, which puts its own value in."""
    slo = "{{ $labels.slo }}" if rule.slo else ""
    return _filled(template, rule, _PROMETHEUS[rule.condition.unit], slo)


def _filled(template: str, rule: AlertRule, value: str, slo: str | None = None) -> str:
    condition = rule.condition
    windows = {"window": condition.window or ""}
    if isinstance(condition, Burn):
        windows = {"long": condition.long, "short": condition.short}
    return template.format(
        value=value,
        threshold=measured(condition.threshold, condition.unit),
        slo=(rule.slo or "") if slo is None else slo,
        **windows,
    )
