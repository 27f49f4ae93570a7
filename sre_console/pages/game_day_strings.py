"""The words of game days that the pages' JavaScript shows."""

from __future__ import annotations

from django.utils.translation import gettext as _


def game_day_strings() -> dict[str, str]:
    return {
        "gameday.firing": _("{severity}: {alert}, for {time}"),
        "gameday.open": _("until its condition is met"),
        "gameday.togo": _("{time} to go"),
        "gameday.closing": _("counting the last seconds"),
        "gameday.left": _("{time} left"),
        "gameday.done": _("{n} % of this step done"),
        "gameday.runs": _("a game day runs"),
        "gameday.drill": _("a drill: what is wrong is to be found out"),
        "gameday.before": _("before its first step"),
        "gameday.step": _("step {n} of {all}: {title}"),
        "gameday.checks": _("{n} of {all} checks passed"),
        "gameday.failed.one": _("{count} failed"),
        "gameday.failed.other": _("{count} failed"),
        "replay.at": _("{time} into the run"),
        "replay.step": _("{n} of {all}"),
        "replay.none-failed": _("none failed"),
        "replay.errors": _("errors {n}"),
        "replay.play": _("Play"),
    }
