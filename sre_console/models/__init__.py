"""The control panel's tables. Other code imports them from here."""

from __future__ import annotations

from sre_console.models.accounts import ApiToken, SignInCode
from sre_console.models.audit import AuditEntry
from sre_console.models.chaos import FaultPeriod, FaultPlan, FaultTally
from sre_console.models.resilience import (
    BreakerOrder,
    BreakerTransition,
    PatternPeriod,
    PatternSwitch,
)
from sre_console.models.slo import (
    BurnBreach,
    EvaluatorLease,
    Replica,
    SliSample,
    SliTimeline,
)
from sre_console.models.traffic import TrafficRun, TrafficSetting

__all__ = [
    "ApiToken",
    "AuditEntry",
    "BreakerOrder",
    "BreakerTransition",
    "BurnBreach",
    "EvaluatorLease",
    "FaultPeriod",
    "FaultPlan",
    "FaultTally",
    "PatternPeriod",
    "PatternSwitch",
    "Replica",
    "SignInCode",
    "SliSample",
    "SliTimeline",
    "TrafficRun",
    "TrafficSetting",
]
