"""The draft of a post-mortem: what the record tells of an incident, as Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sre_console.incidents import lifecycle
from sre_console.incidents.figures import impact_read
from sre_console.incidents.literal import literal
from sre_console.incidents.story import Moment, beginning
from sre_console.models import Incident

_CUT = 60  # characters that the line which tells of a cut may take


def draft(incident: Incident, most: int) -> dict[str, str]:
    """The sections as far as the record fills them, each of at most so many characters.

    No names: what happened, not who. Text from elsewhere is escaped here: in a section that is
    kept nothing would tell it from what a person wrote.
    """
    told = beginning(incident)
    happened = [*_opened(incident), *map(_line, told.moments)]
    return {
        "happened": fitted(happened, told.left_out, most),
        "impact": fitted(impact_read(incident), 0, most),
        "detection": fitted(_detection(incident), 0, most),
        "learned": "",
    }


def fitted(lines: Sequence[str], more: int, most: int) -> str:
    """The first whole lines, and how many are not there: `more` were left out before."""
    text = "\n".join(lines)
    if not more and len(text) <= most:
        return text
    kept: list[str] = []
    room = most - _CUT
    for line in lines:
        room -= len(line) + 1
        if room < 0:
            break
        kept.append(line)
    left = len(lines) - len(kept) + more
    said = f"… and {left} more line{'s' if left > 1 else ''}: see the incident"
    return "\n".join([*kept, "", said])


def _opened(incident: Incident) -> list[str]:
    lines = ["An exercise: what failed was injected."] if incident.exercise else []
    began, opened = _time(incident.began_at), _time(incident.opened_at)
    # not at the beginning of a line: there a title could be the mark of a list
    said = (
        f"It began at {began} and was opened at {opened} as {incident.severity}: "
        f"{literal(incident.title)}."
    )
    return [*lines, said, ""]


def _line(moment: Moment) -> str:
    kind, text = moment.kind.replace("_", " "), literal(moment.text)
    return (
        f"* {_time(moment.at)} {kind}{_of(moment.detail)}{': ' + text if text else ''}"
    )


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def _of(detail: Mapping[str, object]) -> str:
    if "fault" in detail:
        return f": {detail['fault']}"
    if "alert" in detail:
        slo = f" ({literal(str(detail['slo']))})" if detail.get("slo") else ""
        return f": {literal(str(detail['alert']))}{slo}"
    if "to" in detail:
        return f" from {detail['from']} to {detail['to']}"
    return ""


def _detection(incident: Incident) -> list[str]:
    lasted = lifecycle.durations(
        began=incident.began_at,
        opened=incident.opened_at,
        acknowledged=incident.acknowledged_at,
        mitigated=incident.mitigated_at,
        resolved=incident.resolved_at,
    )
    first = incident.alerts.order_by("joined_at", "id").first()
    lines = []
    if first is not None:
        name, summary = literal(first.name), literal(first.summary)
        lines = [f"* First to fire: {name}: {summary}."]
    named = (
        ("Detected", lasted.detect), ("Acknowledged", lasted.acknowledge),
        ("Mitigated", lasted.mitigate), ("Resolved", lasted.resolve),
    )  # fmt: skip
    lines += [
        f"* {word} after {seconds:.1f} s."
        for word, seconds in named
        if seconds is not None
    ]
    return lines
