"""The words of injections."""

from __future__ import annotations

from django.utils.translation import gettext as _

from sre_console.gamedays.telling.wording import end_words
from sre_console.governance.injections.injection import Injection
from sre_console.pages.incident_models import Mark

_LOOKS: dict[str, tuple[str, str]] = {
    "fault": ("is-fault", "fault"),
    "patterns": ("is-risk", "risk"),
    "game_day": ("is-seeded", "critical"),
    "drill": ("is-seeded", "ring"),
}


def kind_word(kind: str) -> str:
    return {
        "fault": _("fault"),
        "patterns": _("patterns"),
        "game_day": _("game day"),
        "drill": _("drill"),
    }[kind]


def kind_mark(kind: str) -> Mark:
    return Mark(kind_word(kind), *_LOOKS[kind])


def consent_word(row: Injection) -> str:
    """Of a game day above the blast radius that one may reach alone."""
    return {
        "given": row.approved_by,
        "waiting": _("waits for approval"),
        "not_given": _("never approved"),
        "not_needed": _("not needed"),
    }[row.consent]


def ended_word(row: Injection) -> str:
    """How it ended, and through whom."""
    if row.ended is None:
        return _("waits") if row.consent == "waiting" else _("in force")
    if row.kind in {"game_day", "drill"}:
        return _by(end_words(row.end) or _("ran to its end"), row.ended_by)
    said = {
        "changed": _("replaced by the next version"),
        "stopped": _("stopped"),
        "restored": _("restored"),
        "expired": _("expired"),
        "lapsed": _("lapsed: the database was away"),
    }.get(row.end, row.end)
    return _by(said, row.ended_by)


def _by(said: str, who: str) -> str:
    return _("{what}, by {who}").format(what=said, who=who) if who else said
