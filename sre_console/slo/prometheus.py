"""SLIs from Prometheus: asked in the background, kept, and given to whoever looks.

Nobody who looks waits for Prometheus. What is kept is at most as old as `LATE` says; older, or
missing, and the timeline's figures are shown in its place, marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from django.conf import settings

from ironclad.clock import Clock, clock
from ironclad.errors import IroncladError
from ironclad.outbound.client import Outbound
from sre_console.slo import promql, recorded
from sre_console.slo.asked_windows import AskedWindows
from sre_console.slo.counters import Counters
from sre_console.slo.objectives import objectives
from sre_console.slo.recorded import NotAnAnswer, Recorded
from sre_console.slo.source import Problem

logger = structlog.get_logger(__name__)

DEADLINE = 5.0  # seconds for one answer
_LONGEST_PAUSE = 15.0  # seconds between two questions
_KEPT = 32  # periods
_REFUSED = 400


class Away(Exception):  # noqa: N818 - a reason, not a failure of ours
    """Prometheus has nothing to say; `problem` is why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem)
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Kept:
    """The last that was recorded, and the problem since then, if there is one."""

    found: Recorded | None = None
    problem: Problem | None = Problem.STARTING
    since: float | None = None  # epoch


class Slis:
    """What Prometheus has recorded; `refresh` belongs to one thread, `kept` to all."""

    def __init__(self, by: Clock = clock, to: Outbound | None = None) -> None:
        self._clock = by
        # None: nobody is asked, and no breaker stands for what is not there.
        self._to = to or (Outbound("prometheus") if settings.PROMETHEUS_URL else None)
        self.kept = Kept(since=by.epoch())
        self._periods = AskedWindows[Counters](by, most=_KEPT)

    @property
    def every(self) -> float:
        """Seconds between two questions: there is nothing new in between."""
        return min(_LONGEST_PAUSE, recorded.interval(settings.CLOCK_SCALE))

    @property
    def late(self) -> float:
        """How old the newest record may be: three evaluations, a question and its answer."""
        steps = 3 * recorded.interval(settings.CLOCK_SCALE)
        return steps + self.every + DEADLINE

    def refresh(self) -> None:
        """Ask once; a problem is kept and told, never raised."""
        try:
            found = self._recorded()
        except Away as away:
            self._problem(away.problem)
        else:
            if self.kept.problem is not None:
                logger.info("slis_come_from_prometheus", was=self.kept.problem)
            self.kept = Kept(found, None, None)

    def latest(self) -> Recorded | Kept:
        """The newest figures, or why there are none."""
        kept = self.kept
        if kept.found is None:
            return kept
        # A question that failed is no reason to change the source; several in a row are.
        if self._is_recent(kept.found):
            return kept.found
        return Kept(None, kept.problem or Problem.LATE, kept.since or kept.found.at)

    def period(self, begin: int, end: int) -> Counters:
        """What a period held (epoch seconds), whoever asked for it before. Raises Away."""
        return self._periods.get(
            begin,
            end,
            step=self.every,
            ask=lambda: self._asked(begin, min(end, int(self._clock.epoch()))),
        )

    def _recorded(self) -> Recorded:
        scale = settings.CLOCK_SCALE
        body = self._ask(recorded.query(scale))
        try:
            found = recorded.read(body, scale=scale)
        except NotAnAnswer as error:
            raise Away(Problem.UNREADABLE) from error
        if found is None:
            raise Away(Problem.NO_RECORDS)
        if not self._is_recent(found):
            raise Away(Problem.LATE)
        return found

    def _is_recent(self, found: Recorded) -> bool:
        """Not ahead either: a server whose clock is would seem to record long after its end."""
        return abs(self._clock.epoch() - found.at) <= self.late

    def _ask(self, query: str, *, at: int | None = None) -> bytes:
        """The answer to an instant query, at an epoch second or now. Raises Away."""
        if self._to is None:
            raise Away(Problem.AWAY)
        fields = {"query": query} | ({} if at is None else {"time": str(at)})
        url = settings.PROMETHEUS_URL.rstrip("/") + "/api/v1/query"
        token = settings.PROMETHEUS_TOKEN
        headers = {"authorization": f"Bearer {token}"} if token else {}
        try:
            answer = self._to.request(
                "GET", f"{url}?{urlencode(fields)}", headers=headers, deadline=DEADLINE
            )
        except (IroncladError, ValueError) as error:
            raise Away(Problem.AWAY) from error
        if answer.status >= _REFUSED:
            raise Away(Problem.REFUSED)
        return answer.body

    def _problem(self, problem: Problem) -> None:
        before = self.kept
        if before.problem == problem:
            return
        logger.warning("slis_come_from_the_timeline", reason=problem)
        since = self._clock.epoch() if before.problem is None else before.since
        self.kept = Kept(before.found, problem, since)

    def _asked(self, begin: int, end: int) -> Counters:
        if end <= begin:
            return Counters()
        body = self._ask(_question(end - begin), at=end)
        try:
            found = recorded.scalars(body)
        except NotAnAnswer as error:
            raise Away(Problem.UNREADABLE) from error
        return _counters(found, end - begin)


def _question(seconds: int) -> str:
    """One question for all figures of a period."""
    span = f"{seconds}s"
    interval = recorded.interval(settings.CLOCK_SCALE)
    asked = {
        "total": promql.events(span),
        "exercise": promql.exercise_events(objectives()[0].name, span, bad=False),
        "covered": f"max(count_over_time({recorded.HELD}5m[{span}])) * {interval!r}",
    }
    for objective in objectives():
        name = objective.name
        asked[f"bad {name}"] = promql.bad_events(objective, span)
        asked[f"drilled {name}"] = promql.exercise_events(name, span, bad=True)
    parts = [
        f'label_replace({q}, "what", "{what}", "", "")' for what, q in asked.items()
    ]
    return "\nor ".join(parts)


def _counters(found: dict[str, float], seconds: int) -> Counters:
    def whole(what: str) -> int:
        return max(0, round(found.get(what, 0.0)))

    total = whole("total")
    bads = {o.name: min(whole(f"bad {o.name}"), total) for o in objectives()}
    return Counters(
        total=total,
        exercise=min(whole("exercise"), total),
        covered=min(whole("covered"), seconds),
        bad={
            name: (bad, min(whole(f"drilled {name}"), bad))
            for name, bad in bads.items()
        },
    )


slis = Slis()
