"""The words of game days on server-made pages."""

# ruff: noqa: RUF001 - a times sign, as people read it
from __future__ import annotations

from django.utils.translation import gettext as _

from sre_console.pages.incident_models import Mark
from sre_console.pages.incident_words import DASH, lasted

# The class of a colour, and the glyph beside the word.
_STATES: dict[str, tuple[str, str]] = {
    "waiting": ("is-stale", "stale"),
    "running": ("is-fault", "fault"),
    "passed": ("is-ok", "ok"),
    "failed": ("is-exhausted", "exhausted"),
    "stopped": ("is-risk", "stop"),
    "finished": ("is-stale", "ring"),
}
_CHECKS: dict[str, tuple[str, str]] = {
    "to_come": ("", "ring"),
    "watching": ("is-fault", "ring"),
    "passed": ("is-ok", "ok"),
    "failed": ("is-exhausted", "exhausted"),
    "not_reached": ("is-stale", "stale"),
}


def run_state(state: str, verdict: str | None) -> str:
    """The one word for a run: what became of it once it is over."""
    if state in {"waiting", "running", "stopped"}:
        return state
    return verdict or state


def run_mark(state: str, verdict: str | None) -> Mark:
    kind = run_state(state, verdict)
    return Mark(run_word(kind), *_STATES[kind])


def run_word(kind: str) -> str:
    return {
        "waiting": _("waiting for approval"),
        "running": _("running"),
        "passed": _("passed"),
        "failed": _("failed"),
        "stopped": _("stopped"),
        "finished": _("finished"),
    }[kind]


def check_mark(state: str) -> Mark:
    words = {
        "to_come": _("to come"),
        "watching": _("being watched"),
        "passed": _("passed"),
        "failed": _("failed"),
        "not_reached": _("not reached"),
    }
    return Mark(words[state], *_CHECKS[state])


def step_word(state: str) -> str:
    return {
        "to_come": _("to come"),
        "now": _("now"),
        "done": _("done"),
        "failed": _("failed"),
        "skipped": _("skipped"),
    }[state]


def severity_word(severity: str) -> str:
    return {
        "page": _("Page"),
        "critical": _("Critical"),
        "ticket": _("Ticket"),
        "warning": _("Warning"),
    }.get(severity, severity)


def percent(ratio: float | None, digits: int = 1) -> str:
    return DASH if ratio is None else f"{ratio * 100:.{digits}f} %"


def count(number: float | None) -> str:
    return DASH if number is None else f"{round(number):,}"


def times(burn: float | None) -> str:
    return DASH if burn is None else f"{burn:.1f}×"


def clock(seconds: float | None) -> str:
    """As in "2:34": how elapsed time is shown."""
    if seconds is None:
        return DASH
    minutes, rest = divmod(max(0, round(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def exact(seconds: float | None) -> str:
    """A duration that is compared with another: with a decimal up to a minute."""
    if seconds is None:
        return DASH
    return f"{seconds:.1f} s" if seconds < 60 else lasted(seconds)  # noqa: PLR2004
