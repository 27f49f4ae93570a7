"""The words of alerts and incidents on server-made pages."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sre_console.incidents.readings import Reading

DASH = "\u2013"

# The class of a state's or a severity's colour, and the glyph beside its word.
LOOKS: dict[str, tuple[str, str]] = {
    "page": ("is-burning", "burning"),
    "critical": ("is-burning", "critical"),
    "ticket": ("is-risk", "risk"),
    "warning": ("is-risk", "risk"),
    "open": ("is-burning", "burning"),
    "acknowledged": ("is-stale", "stale"),
    "mitigated": ("is-risk", "risk"),
    "resolved": ("is-ok", "ok"),
    "firing": ("is-burning", "burning"),
    "pending": ("is-risk", "risk"),
    "inactive": ("is-ok", "ok"),
    "opened": ("is-burning", "burning"),
    "joined": ("is-burning", "critical"),
    "raised": ("is-burning", "burning"),
    "paged": ("is-burning", "burning"),
    "fired_again": ("is-burning", "critical"),
    "cleared": ("is-ok", "ok"),
    "reopened": ("is-risk", "risk"),
    "commented": ("is-stale", "ring"),
    "assigned": ("is-stale", "person"),
    "step_done": ("is-ok", "ok"),
    "step_undone": ("is-stale", "ring"),
    "fault_began": ("is-fault", "fault"),
    "fault_ended": ("is-fault", "ring"),
    "waiting": ("is-stale", "stale"),
    "delivered": ("is-ok", "ok"),
    "dead": ("is-exhausted", "exhausted"),
    "held": ("is-risk", "risk"),
}


def state_word(state: str) -> str:
    return {
        "open": _("open"),
        "acknowledged": _("acknowledged"),
        "mitigated": _("mitigated"),
        "resolved": _("resolved"),
        "firing": _("firing"),
        "pending": _("pending"),
        "inactive": _("quiet"),
    }[state]


def severity_word(severity: str) -> str:
    return {
        "page": _("page"),
        "critical": _("critical"),
        "ticket": _("ticket"),
        "warning": _("warning"),
    }[severity]


def told_word(state: str) -> str:
    """What became of a notification."""
    return {
        "pending": _("on its way"),
        "delivered": _("delivered"),
        "dead": _("given up"),
        "held": _("held back"),
    }[state]


def told_kind(kind: str) -> str:
    """What a notification tells of its incident, or of an alert that opens none."""
    return {
        "opened": _("opened"),
        "raised": _("raised"),
        "reopened": _("reopened"),
        "resolved": _("resolved"),
        "notice": _("notice"),
    }[kind]


def channel_word(channel: str) -> str:
    return {"webhook": _("webhook"), "email": _("mail")}[channel]


def event_title(kind: str, detail: Mapping[str, object]) -> str:
    """One line of a timeline."""
    alert = str(detail.get("alert") or "")
    if detail.get("slo"):
        alert = f"{alert} ({detail['slo']})"
    names = {
        role: str(detail[role])
        for role in ("owner", "commander", "scribe")
        if role in detail
    }
    return {
        "opened": _("Opened by {alert}"),
        "joined": _("{alert} fires as well"),
        "raised": _("Raised from {before} to {after}"),
        "paged": _("Paged"),
        "fired_again": _("{alert} fires again"),
        "cleared": _("{alert} clears"),
        "acknowledged": _("Acknowledged"),
        "mitigated": _("Mitigated"),
        "resolved": _("Resolved"),
        "reopened": _("Reopened"),
        "commented": _("Comment"),
        "assigned": _("Assigned: {names}"),
        "step_done": _("Done"),
        "step_undone": _("Not done after all"),
        "fault_began": _("Fault: {fault}"),
        "fault_ended": _("Fault over: {fault}"),
    }[kind].format(
        alert=alert,
        before=detail.get("from", ""),
        after=detail.get("to", ""),
        fault=detail.get("fault", ""),
        names=", ".join(
            f"{role_word(role)} {name or DASH}" for role, name in names.items()
        ),
    )


def role_word(role: str) -> str:
    return {
        "owner": _("owner"),
        "commander": _("incident commander"),
        "scribe": _("scribe"),
    }[role]


def section_word(name: str) -> str:
    """The title of a post-mortem's section."""
    return {
        "happened": _("What happened"),
        "impact": _("Impact"),
        "detection": _("Detection"),
        "learned": _("What we learned"),
    }[name]


def lasted(seconds: float | None) -> str:
    """A duration: 13 s, 1 min 20 s, 2 h 5 min; a dash for what has not come to an end."""
    if seconds is None:
        return DASH
    if seconds < 10:  # noqa: PLR2004
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:  # noqa: PLR2004
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:  # noqa: PLR2004
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:  # noqa: PLR2004
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{hours // 24} d {hours % 24} h"


def measured_on(reading: Reading) -> str:
    """How little a rule is judged by, where it is too little or too short; empty otherwise."""
    said = []
    if reading.events is not None and not reading.enough:
        events = ngettext(
            "{n} event in this window", "{n} events in this window", reading.events
        )
        said.append(events.format(n=reading.events))
    if reading.covered is not None and reading.covered < (reading.window or 0):
        history = _("history of {covered} of {window}")
        covered, window = lasted(reading.covered), lasted(reading.window)
        said.append(history.format(covered=covered, window=window))
    return "; ".join(said)
