"""The windows that burn rates are taken over, and the rules that judge pairs of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sre_console.slo import documents

# Long and short windows of the rules, shortest first; the names are the API's.
WINDOWS: dict[str, timedelta] = {
    name: documents.duration(name)
    for name in ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
}
SHORT_PER_LONG = 12


@dataclass(frozen=True, slots=True)
class BurnRule:
    """Fires when `share` of the budget is spent within the long window, and still is."""

    share: float  # of the whole error budget
    long: str  # names in WINDOWS
    short: str
    severity: str  # page, ticket

    def threshold(self, period: timedelta) -> float:
        """The burn rate that spends the share in the long window: share x S / W."""
        return self.share * (period / WINDOWS[self.long])


def wall(window: timedelta, scale: float) -> int:
    """A window in whole wall seconds, the timeline's unit; at least one."""
    return max(1, round(window.total_seconds() / scale))


def load(path: Path) -> tuple[BurnRule, ...]:
    """The rules of a BurnRateWindows file; DocumentInvalid names the field that is wrong."""
    top = documents.read(path).fields("apiVersion", "kind", "metadata", "spec")
    top["apiVersion"].exactly("ironclad/v1")
    top["kind"].exactly("BurnRateWindows")
    top["metadata"].fields("name")["name"].text()
    return tuple(_rule(node) for node in top["spec"].fields("rules")["rules"].items())


def _rule(node: documents.Node) -> BurnRule:
    field = node.fields("severity", "budgetShare", "longWindow", "shortWindow")
    field["severity"].exactly("page", "ticket")
    share = field["budgetShare"].number()
    if not 0 < share < 1:
        field["budgetShare"].refuse("must lie between 0 and 1")
    for name in ("longWindow", "shortWindow"):
        if field[name].text() not in WINDOWS:
            field[name].refuse(f"must be one of {', '.join(WINDOWS)}")
    long, short = field["longWindow"].text(), field["shortWindow"].text()
    if WINDOWS[short] * SHORT_PER_LONG != WINDOWS[long]:
        field["shortWindow"].refuse("must be a twelfth of the long window")
    return BurnRule(share, long, short, field["severity"].text())
