"""Reading what is asked of game days: the fields of a start, a dry run, a stop."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from sre_console.chaos.asked import Asked
from sre_console.chaos.plan import SEED_MOST
from sre_console.gamedays.running.services import SPEED_LEAST, SPEED_MOST

_START = frozenset(
    {"scenario", "seed", "speed", "unattended", "reason", "dryRun", "confirm"}
)
_NAME_LONGEST = 63  # characters


@dataclass(frozen=True, slots=True)
class Start:
    """A run that is asked for."""

    scenario: str
    seed: int | None  # None: one is drawn
    speed: float
    unattended: bool
    reason: str
    dry: bool
    confirm: str | None = None


def start_asked(asked: Mapping[str, object]) -> Start:
    """Raises FieldsInvalid that names every wrong field."""
    fields = Asked(asked)
    found = Start(
        scenario=_scenario(fields),
        seed=_seed(fields),
        speed=_speed(fields),
        unattended=fields.truth("unattended", default=True),
        reason=fields.reason(),
        dry=fields.truth("dryRun", default=False),
        confirm=fields.confirm(),
    )
    fields.refuse_unknown(_START)
    fields.refuse()
    return found


def forecast_asked(asked: Mapping[str, object]) -> tuple[float, int | None]:
    """Speed and seed of a dry run. Raises FieldsInvalid."""
    fields = Asked(asked)
    found = _speed(fields), _seed(fields)
    fields.refuse_unknown({"speed", "seed"})
    fields.refuse()
    return found


def reason_asked(asked: Mapping[str, object]) -> str:
    """The reason alone, which may be left out. Raises FieldsInvalid."""
    fields = Asked(asked)
    reason = fields.reason()
    fields.refuse_unknown({"reason"})
    fields.refuse()
    return reason


def nothing_asked(asked: Mapping[str, object]) -> None:
    """Raises FieldsInvalid where there is any field."""
    fields = Asked(asked)
    fields.refuse_unknown(frozenset())
    fields.refuse()


def _scenario(fields: Asked) -> str:
    if "scenario" not in fields.asked:
        fields.wrong("scenario", "This field is required.")
        return ""
    return fields.line("scenario", least=1, most=_NAME_LONGEST)


def _seed(fields: Asked) -> int | None:
    return fields.whole("seed", None, least=0, most=SEED_MOST)


def _speed(fields: Asked) -> float:
    value = fields.asked.get("speed", 1)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or not SPEED_LEAST <= value <= SPEED_MOST:  # type: ignore[arg-type,operator]
        message = f"speed must be a number from {SPEED_LEAST} to {SPEED_MOST:g}."
        fields.wrong("speed", message)
        return 1.0
    return float(value)  # type: ignore[arg-type]
