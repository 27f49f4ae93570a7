"""What one snapshot says: the fleet's figures, or this replica's own without the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypedDict

from django.conf import settings

from ironclad.clock import Clock
from ironclad.envelope import timestamp
from sre_console.chaos.concealment import secret_in_force
from sre_console.chaos.no_faults import no_faults_json, no_faults_read
from sre_console.chaos.selectors import band_json, periods, plan_json, plan_status
from sre_console.gamedays.telling.news import game_day_news
from sre_console.incidents.absence import Told
from sre_console.incidents.alerts import unjudged
from sre_console.incidents.board import alerts_json, alerts_told, incidents_json
from sre_console.live.firings import firings, firings_told
from sre_console.live.recorder import Recorder
from sre_console.resilience.periods import pattern_periods_json
from sre_console.resilience.selectors import resilience_report
from sre_console.resilience.transitions import transitions_json
from sre_console.slo import lookup, selectors
from sre_console.slo.curve import OwnLevels, StoredLevels, points
from sre_console.slo.source import TIMELINE
from sre_console.slo.standings import FRESH, Standings
from sre_console.traffic.selectors import traffic_json

NEWEST = 15  # points in a snapshot
RECENT = timedelta(minutes=10)  # that ended bands and breaches are still shown
_MOST = 200  # bands

Fields = dict[str, Any]


class DatabaseState(TypedDict):
    ok: bool
    since: float  # epoch


def fleet(clock: Clock, database: DatabaseState) -> tuple[Fields, Standings]:
    """All replicas together, from the database. Also returns the standings it shows."""
    now = clock.epoch()
    standings = selectors.slo_standings(by=clock)
    status = plan_status()
    moment = datetime.fromtimestamp(now, UTC)
    told = unjudged(moment, there=datetime.fromtimestamp(database["since"], UTC))
    apart = not secret_in_force()
    fields: Fields = {
        "at": timestamp(moment),
        "source": "fleet",
        "scale": settings.CLOCK_SCALE,
        "replicas": {"count": status.replicas, "confirmed": status.confirmed},
        "points": _newest_points(standings, now),
        "slos": selectors.report_of(standings, now=now, apart=apart)["slos"],
        "slis": standings.source.json(),
        "plan": plan_json(status),
        "noFaults": no_faults_json(no_faults_read()),
        "bands": bands(moment - RECENT, moment),
        "breaches": firings_told(firings(moment - RECENT, moment), told),
        "alerts": alerts_told(alerts_json(), told),
        "incidents": incidents_json(moment - RECENT),
        "gameDay": game_day_news(),
        "resilience": resilience_report(),
        "transitions": transitions_json(moment - RECENT, moment),
        "patternPeriods": pattern_periods_json(moment - RECENT, moment),
        "traffic": traffic_json(),
        "database": database,
    }
    return fields, standings


def replica(
    recorder: Recorder,
    own: Mapping[str, Any],
    *,
    clock: Clock,
    database: DatabaseState,
    known: Fields,
) -> Fields:
    """Own figures alone, from its memory; `known` is the last that the fleet said.

    `own` has `plan` and `resilience` as this replica holds them (sre_console.live.own).
    """
    ring = recorder.ring
    newest = [row.second for row in list(ring)[1:]][-NEWEST:]
    return {
        "at": timestamp(clock.now()),
        "source": "replica",
        "scale": settings.CLOCK_SCALE,
        "replicas": own["plan"]["replicas"],
        "points": [point.json() for point in points(OwnLevels(ring), newest)],
        "slos": known.get("slos", []),
        "slis": known.get("slis", TIMELINE.json()),
        **own,
        "bands": known.get("bands", []),
        "breaches": known.get("breaches", []),
        "alerts": known.get("alerts", []),
        "incidents": known.get("incidents", []),
        "noFaults": known.get("noFaults"),
        "gameDay": known.get("gameDay"),
        "transitions": known.get("transitions", []),
        "patternPeriods": known.get("patternPeriods", []),
        "traffic": known.get("traffic"),
        "database": database,
    }


def known_and(known: Fields | None, told: Sequence[Told]) -> Fields:
    """What the fleet said last, if anything, and the alerts that nobody is there to judge."""
    known = known or {}
    return {
        **known,
        "breaches": firings_told(known.get("breaches", []), told),
        "alerts": alerts_told(known.get("alerts", []), told),
    }


def _newest_points(standings: Standings, now: float) -> list[dict[str, object]]:
    """Second by second, so of the timeline wherever the SLOs' windows were read."""
    newest = standings.updated
    if standings.source.name != "timeline":
        row = lookup.newest()
        newest = None if row is None or row.second > now else row.second
    if newest is None or now - newest - 1 > FRESH:
        return []
    seconds = range(newest - NEWEST + 1, newest + 1)
    return [point.json() for point in points(StoredLevels(seconds), seconds)]


def bands(since: datetime, until: datetime) -> list[dict[str, object]]:
    return [band_json(band) for band in periods(since, until)[:_MOST]]
