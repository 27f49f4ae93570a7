"""What this replica's faults cost: the bad events they cause, held against a plan's allowance.

A decision that cannot but end badly is counted when it is made, so that the share is never
exceeded by the requests in progress; what turns out badly in the end is counted then. A request
that was refused because a dependency was failed on purpose counts too: it belongs to the exercise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from ironclad.edge.events import FaultDecision, RequestFinished
from sre_console.chaos.allowance import Allowance
from sre_console.chaos.plan import Plan

K = TypeVar("K")
V = TypeVar("V")

VERSIONS = 50  # of the plan whose counts are kept
_KEYS = 20  # whose totals are kept
_LEAST = 0.001  # seconds that a request takes at least, beside its delay
_ERROR = 500  # the status of an injected error


class Judge(Protocol):
    def __call__(self, status: int, duration: float, /) -> Collection[str]:
        """The names of the SLOs that such a request is bad for; duration in seconds."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one replica caused under one version; cumulative, so a retry is harmless."""

    key: str
    bad: Mapping[str, int]  # by SLO
    spent_out: bool


@dataclass(slots=True)
class _Account:
    """One version of the plan that has an allowance."""

    allowance: Allowance
    total: Counter[str]  # shared by all versions that carry its key
    bad: Counter[str] = field(default_factory=Counter)
    spent_out: bool = False

    def spent(self) -> Spent:
        bad = {slo: count for slo, count in self.bad.items() if count}
        return Spent(self.allowance.key, bad, self.spent_out)


def _nothing(status: int, duration: float, /) -> tuple[str, ...]:
    del status, duration
    return ()


class Spending:
    """Used on the event loop's thread alone. `told` is called when a share is used up."""

    def __init__(
        self,
        replica: str = "",
        judge: Judge = _nothing,
        told: Callable[[], None] = lambda: None,
    ) -> None:
        self._replica = replica
        self._judge = judge
        self._told = told
        self._totals: dict[str, Counter[str]] = {}  # by key
        self._accounts: dict[int, _Account] = {}  # by version
        self._now: _Account | None = None  # of the plan in force
        self._stored: dict[int, Spent] = {}
        self._out = False

    def room(self) -> bool:
        """Whether the plan in force may inject anything more here."""
        return not self._out

    def begin(self, plan: Plan) -> None:
        """A new version is in force."""
        self._now, self._out = None, False
        allowance = plan.allowance
        if allowance is None:
            return
        total = self._totals.setdefault(allowance.key, Counter())
        self._now = self._accounts[plan.version] = _Account(allowance, total)
        _keep(self._totals, _KEYS)
        _keep(self._accounts, VERSIONS)
        if self._replica not in allowance.shares:
            self._out = True  # it came later; others may still have something left
        else:
            self._look()

    def decided(self, decision: FaultDecision) -> tuple[str, ...]:
        """Count what is bound to end badly; the SLOs that it is bad for."""
        if self._now is None or not decision.injected:
            return ()
        status = _ERROR if decision.error else 200
        counted = tuple(self._judge(status, decision.delay + _LEAST))
        for slo in counted:
            self._count(decision.version, slo, 1)
        return counted

    def finished(self, finished: RequestFinished) -> None:
        """Count what ended badly and was not counted yet; give back what did not, after all."""
        if not self._accounts or not finished.service:
            return
        fault, effects = finished.fault, finished.effects
        decided = 0 if fault is None else fault.version
        counted = () if fault is None else fault.counted
        bad = (
            self._judge(finished.status, finished.duration) if finished.exercise else ()
        )
        for slo in counted:
            if slo not in bad:  # the client left, or the faults ended first
                self._count(decided, slo, -1)
        behind = decided if effects is None else effects.plan or decided
        for slo in bad:
            if slo not in counted:
                self._count(behind, slo, 1)

    def unstored(self) -> dict[int, Spent]:
        """By version, what has changed since it was stored."""
        every = {
            version: account.spent() for version, account in self._accounts.items()
        }
        return {v: spent for v, spent in every.items() if self._stored.get(v) != spent}

    def stored(self, spent: Mapping[int, Spent]) -> None:
        self._stored.update(spent)
        for version in self._stored.keys() - self._accounts.keys():
            del self._stored[version]

    def _count(self, version: int, slo: str, by: int) -> None:
        account = self._accounts.get(version)
        if account is None:
            return
        account.bad[slo] += by
        account.total[slo] += by
        self._look()

    def _look(self) -> None:
        now = self._now
        if now is None or self._out:
            return
        if now.allowance.spent_out(self._replica, now.total):
            self._out = now.spent_out = True
            self._told()


def _keep(kept: dict[K, V], most: int) -> None:
    """Forget the oldest."""
    while len(kept) > most:
        del kept[next(iter(kept))]
