"""What is kept of a run that is over: its score, its outcome, its charts.

All of it is taken as it ends, and once more when its alerts have cleared: until then nobody
knows how long that took.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef

from ironclad.database.existing import exists
from sre_console.gamedays.course.course import Standing
from sre_console.gamedays.outcome.figures import figures_keep
from sre_console.gamedays.outcome.outcome import outcome_read
from sre_console.gamedays.outcome.recorded import scenario_of
from sre_console.gamedays.outcome.scoring import scored
from sre_console.models import AlertPeriod, GameDay

_OWED_FOR = timedelta(hours=1)  # after its end
_ENDED = "SELECT FROM game_day WHERE ended_at >= %s"
KEPT = ("score", "outcome", "figures")  # fields that are set


def aftermath_take(game_day: GameDay, now: datetime) -> None:
    """Set what is kept of a run that has an end; the caller saves the fields of KEPT."""
    until = game_day.ended_at or now
    checks = standings_of(game_day)
    game_day.score = scored(scenario_of(game_day), checks).ratio
    game_day.outcome = outcome_read(game_day, until=until)
    figures_keep(game_day, now)


def aftermath_owed(now: datetime, *, but: Collection[int] = ()) -> GameDay | None:
    """One that ended not long ago, and whose alerts have cleared since its outcome was taken."""
    if not exists(_ENDED, now - _OWED_FOR):
        return None
    fires = AlertPeriod.objects.filter(
        fired_at__gte=OuterRef("started_at"),
        fired_at__lte=OuterRef("ended_at"),
        ended_at=None,
    )
    ended = GameDay.objects.filter(ended_at__gte=now - _OWED_FOR)
    owed = ended.filter(outcome__alertsCleared=False).exclude(pk__in=but)
    return owed.exclude(Exists(fires)).order_by(F("ended_at")).first()


def aftermath_keep(game_day: GameDay, now: datetime) -> None:
    """Take it again and store it."""
    aftermath_take(game_day, now)
    game_day.save(update_fields=list(KEPT))


def standings_of(game_day: GameDay) -> list[Standing]:
    """Its checks as they stand."""
    return [Standing(**each) for each in game_day.checks]
