"""How long a step waits for what it waits for, as far as the counters foretell it. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from sre_console.gamedays.course.seen import Counted, Seen, SloSeen, look
from sre_console.gamedays.forecast.counting import RunCounts, bad_index
from sre_console.gamedays.forecast.firing import Firing, firings, ticks
from sre_console.gamedays.forecast.judgement import (
    allowed_at,
    burn_at,
    left_at,
    watches,
)
from sre_console.gamedays.forecast.past import TOTAL
from sre_console.gamedays.scenarios.probes import (
    AlertProbe,
    HttpProbe,
    Probe,
    SloProbe,
    StatusProbe,
)
from sre_console.incidents.rules import Catalogue
from sre_console.slo import budget
from sre_console.slo.windows import WINDOWS, wall

if TYPE_CHECKING:
    from sre_console.slo.objectives import Objective

# What is so is judged with the next second and seen by the runner at its next turn.
SEEN_AFTER = 1.0  # wall seconds
_LOOKS = 3000  # at most; the runner looks each second
BREAKER = "database"


def _windows(probe: SloProbe | StatusProbe) -> Collection[str]:
    """Those whose burn rates it looks at; each costs its time, look by look."""
    if isinstance(probe, StatusProbe):
        return ("5m", "1h")
    return (probe.window,) if probe.window else ()


class Foresight:
    """What a run's probes would say at each of its moments."""

    def __init__(
        self,
        run: RunCounts,
        objectives: tuple[Objective, ...],
        catalogue: Catalogue,
        scale: float,
    ) -> None:
        self._run = run
        self._objectives = objectives
        self._catalogue = catalogue
        self._scale = scale

    def holds_after(self, probe: Probe, *, begins: float, until: float) -> float | None:
        """Wall seconds from `begins` until it is seen to hold; None: not until then.

        What an HTTP request would be answered is not foretold.
        """
        if isinstance(probe, HttpProbe):
            return None
        raised = self._raised(probe) if isinstance(probe, AlertProbe) else ()
        start, step = self._counted(0.0), self._counted(begins)
        each = max(1.0, (until - begins) / _LOOKS)
        for turn in range(1, int((until - begins) / each) + 1):
            seen = self._seen(probe, begins + turn * each, raised)
            if look(probe, seen, key="", run=start, step=step).holds:
                return turn * each
        return None

    def _raised(self, probe: AlertProbe) -> tuple[Firing, ...]:
        watched = [
            watch
            for watch in watches(
                self._run, self._objectives, self._catalogue, self._scale
            )
            if watch.rule.name == probe.alert and probe.slo in {None, watch.rule.slo}
        ]
        return firings(self._run, watched, ticks(self._run))

    def _seen(self, probe: Probe, at: float, raised: tuple[Firing, ...]) -> Seen:
        moment = max(0.0, at - SEEN_AFTER)
        alerts = {
            (each.name, each.slo): "firing"
            for each in raised
            if each.fires_after <= moment
            and (each.clears_after is None or moment < each.clears_after)
        }
        breaker = "open" if self._run.stage_at(moment).breaker else "closed"
        return Seen(
            at=at,
            counted=self._counted(moment),
            slos=self._slos(probe, moment),
            alerts=alerts,
            breakers={BREAKER: (breaker,)},
        )

    def _slos(self, probe: Probe, moment: float) -> dict[str, SloSeen]:
        """The one that it looks at."""
        if not isinstance(probe, SloProbe | StatusProbe):
            return {}
        return {
            each.name: self._slo(each, moment, _windows(probe))
            for each in self._objectives
            if each.name == probe.slo
        }

    def _slo(
        self, objective: Objective, moment: float, windows: Collection[str]
    ) -> SloSeen:
        scale = self._scale
        burns = {
            name: burn_at(self._run, objective, wall(WINDOWS[name], scale))(moment)
            for name in windows
        }
        remaining = left_at(self._run, objective, scale)(moment)
        return SloSeen(
            remaining=remaining,
            status=budget.status(remaining, burns.get("5m"), burns.get("1h")),
            burns=burns,
            allowed=allowed_at(self._run, objective, scale)(moment),
        )

    def _counted(self, moment: float) -> Counted:
        counts = self._run.at(moment)
        return Counted(
            total=counts[TOTAL],
            bad={
                each.name: (counts[bad_index(self._run.history, each.name)], 0)
                for each in self._objectives
            },
        )
