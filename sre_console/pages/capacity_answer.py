"""What the top of the Capacity page is given: how much more, and where the knee is."""

# ruff: noqa: RUF001 - a times sign, as people read it
from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from sre_console.capacity.headroom import Headroom
from sre_console.capacity.knees import Knee
from sre_console.capacity.overview import Overview
from sre_console.capacity.saturation import THRESHOLDS, Saturation
from sre_console.gamedays.outcome.amounts import percent
from sre_console.pages import capacity_words as words
from sre_console.pages.incident_models import Mark

_ROOM = 1.12  # of the line, beyond what is farthest on it
_SMALL, _LARGE = 12, 88  # percent; a text beyond these begins or ends at its place


@dataclass(frozen=True, slots=True)
class Answer:
    mark: Mark
    word: str
    why: str
    first: str  # what bends first, where `why` does not tell
    rate: str


@dataclass(frozen=True, slots=True)
class Place:
    """Something on the line of requests a second."""

    word: str
    at: str  # as "36.0%" of the width
    anchor: str  # of its text: start, middle, end


@dataclass(frozen=True, slots=True)
class Line:
    told: str  # all of it, for a reader
    fill: str
    look: str
    knee: Place | None
    bears: Place | None


@dataclass(frozen=True, slots=True)
class KneeTold:
    value: str
    how: str  # it was measured
    scaled: str  # how it was reckoned; empty: it is what was measured
    share: str
    at: datetime


def answer(view: Overview) -> Answer:
    room, rate = view.headroom, words.rate(view.rate)
    if room is None:
        why = _("There are too few requests to tell how many more it bears.")
        if not view.replicas:
            why = _("No replica has told of itself within the last seconds.")
        mark = Mark("", "is-stale", "ring")
        return Answer(mark, _("Not known"), why, _first(view), rate)
    mark = words.state_mark(room.state)
    word = _("{n} more requests/s").format(n=words.amount(float(round(room.more))))
    if room.state == "full":
        word = _("None")
    first = "" if room.first else _first(view)
    return Answer(mark, word, _why(room), first, rate)


def _first(view: Overview) -> str:
    if view.first is None:
        return ""
    said = _("Of its resources the first to bend is {resource}: {share} used.")
    resource = _of_replica(view.first)
    return said.format(resource=resource, share=percent(view.first.share, 0))


def _of_replica(each: Saturation) -> str:
    within = words.resource_within(each.resource)
    if each.replica is None:
        return within
    said = _("{resource} of replica {replica}")
    return said.format(resource=within, replica=words.short(each.replica))


def _why(room: Headroom) -> str:
    bears = words.rate(room.bears)
    if room.first is None:
        said = _("It bears {bears}: there the load test has found the knee of latency.")
        return said.format(bears=bears)
    within = _of_replica(room.first)
    full = percent(THRESHOLDS[room.first.resource].full, 0)
    said = _("At this mix it bears about {bears}; then {resource} is {full} used.")
    if room.state == "full":
        said = _("{resource} is {share} used; from {full} on it is full.")
    share = percent(room.first.share, 0)
    told = said.format(bears=bears, resource=within, full=full, share=share)
    return told[:1].upper() + told[1:]


def line(view: Overview) -> Line | None:
    """Now, the knee, and what it bears; None: nothing can be put on a line."""
    room, knee = view.headroom, view.knee
    farthest = max(
        view.rate or 0.0, knee.rps if knee else 0.0, room.bears if room else 0.0
    )
    if view.rate is None or farthest <= 0 or (room is None and knee is None):
        return None
    most = farthest * _ROOM

    def place(word: str, value: float) -> Place:
        at = round(100 * value / most, 1)
        anchor = "start" if at < _SMALL else "end" if at > _LARGE else "middle"
        return Place(word, f"{at}%", anchor)

    told = [_("{rate} now").format(rate=words.rate(view.rate))]
    at_knee = at_bears = None
    if knee is not None:
        at_knee = place(_("knee {rate}").format(rate=words.rate(knee.rps)), knee.rps)
        told.append(at_knee.word)
    if room is not None and room.first is not None:
        at_bears = place(_("bears {rate}").format(rate=words.rate(room.bears)), room.bears)  # fmt: skip
        told.append(at_bears.word)
    look = words.state_mark(room.state if room else "ok").look
    fill = f"{round(100 * view.rate / most, 1)}%"
    return Line(", ".join(told), fill, look, at_knee, at_bears)


def knee_told(knee: Knee | None, share: float | None) -> KneeTold | None:
    if knee is None:
        return None
    row = knee.row
    how = _("{server}, {processes}, {cores}, mix {mix}; p99 {p99} ms there").format(
        server=row.server, processes=_processes(row.processes), cores=_cores(row.cores),
        mix=row.mix, p99=words.amount(row.p99),
    )  # fmt: skip
    scaled = ""
    if knee.scaled:
        said = _("reckoned: {one} of each process × {n} replicas")
        one = words.rate(row.rps / row.processes)
        scaled = said.format(one=one, n=knee.replicas)
    return KneeTold(
        words.rate(knee.rps), how, scaled, percent(share, 0), row.measured_at
    )


def _processes(n: int) -> str:
    return _("1 process") if n == 1 else _("{n} processes").format(n=n)


def _cores(n: int) -> str:
    return _("1 core") if n == 1 else _("{n} cores").format(n=n)
