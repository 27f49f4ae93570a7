"""A run without a database: what is seen is set by hand, a turn is a second."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sre_console.chaos.plan import FaultSpec
from sre_console.gamedays.course.acts import Act, Ask, SetFaults, Settle, Tell
from sre_console.gamedays.course.course import Course, opened
from sre_console.gamedays.course.direction import Direction
from sre_console.gamedays.course.seen import Counted, Seen, SloSeen
from sre_console.gamedays.scenarios.probes import AlertProbe
from sre_console.gamedays.scenarios.scenario import Check, Scenario, Step

BEGAN = 1000.25
PAGE = AlertProbe("ErrorBudgetBurn1h", "firing", "availability")
QUIET = AlertProbe("ErrorBudgetBurn1h", "quiet", "availability")
CALM = Seen(
    at=BEGAN,
    counted=Counted(bad={"availability": (0, 0)}),
    slos={"availability": SloSeen(1.0, "ok", {"5m": 0.0, "1h": 0.0}, 2160.0)},
    alerts={("ErrorBudgetBurn1h", "availability"): "inactive"},
    breakers={"database": ("closed",)},
    newest=999,
)


def text(words: str) -> dict[str, str]:
    return {"en": words}


def scenario(*steps: Step, **more: object) -> Scenario:
    return Scenario("example", text("Example"), text("It holds."), steps, **more)  # type: ignore[arg-type]


def errors(rate: float, seconds: float = 10.0, *checks: Check) -> Step:
    spec = FaultSpec(error_rate=rate)
    return Step(text(f"{rate:.0%}"), seconds, fault=spec, checks=checks)


@dataclass
class Stage:
    scenario: Scenario
    seen: Seen = CALM
    scale: float = 1
    speed: float = 1
    acts: list[tuple[float, Act]] = field(default_factory=list)
    first: float = BEGAN

    def __post_init__(self) -> None:
        self.course = opened(self.scenario, self.first)

    def turns(self, number: int) -> None:
        for _ in range(number):
            self.turn()
            at = self.seen.at + 1
            self.seen = replace(self.seen, at=at, newest=int(at) - 1)

    def turn(self) -> list[Act]:
        # stored and read in between, as by another process
        self.course = Course.read(
            self.course.json(), [_plain(each) for each in self.course.checks]
        )
        done = Direction(
            self.scenario,
            self.course,
            self.seen,
            scale=self.scale,
            speed=self.speed,
        ).turn()
        self.acts += [(round(self.seen.at - self.first, 3), act) for act in done]
        return done

    def sees(self, **changed: object) -> None:
        self.seen = replace(self.seen, **changed)  # type: ignore[arg-type]

    def alert(self, state: str) -> None:
        self.sees(alerts={("ErrorBudgetBurn1h", "availability"): state})

    @property
    def faults(self) -> list[tuple[float, float]]:
        """When which error rate was set."""
        return [
            (at, act.spec.error_rate)
            for at, act in self.acts
            if isinstance(act, SetFaults)
        ]

    @property
    def told(self) -> list[str]:
        return [act.kind for _, act in self.acts if isinstance(act, Tell)]

    @property
    def asked(self) -> list[str]:
        return [act.key for _, act in self.acts if isinstance(act, Ask)]

    @property
    def settled(self) -> bool:
        return any(isinstance(act, Settle) for _, act in self.acts)

    def state(self, check: str) -> str:
        return self.course.standing(check).state


def _plain(each: object) -> dict[str, object]:
    from dataclasses import asdict

    return asdict(each)  # type: ignore[call-overload,no-any-return]
