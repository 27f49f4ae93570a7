"""The control panel's tables. Other code imports them from here."""

from __future__ import annotations

from sre_console.models.accounts import ApiToken, SignInCode
from sre_console.models.audit import AuditEntry
from sre_console.models.chaos import FaultPeriod, FaultPlan, FaultTally
from sre_console.models.gamedays import (
    GameDay,
    GameDayAction,
    GameDayBlock,
    GameDayEvent,
    StoredScenario,
)
from sre_console.models.incidents import (
    ActionItem,
    AlertPeriod,
    AlertState,
    Incident,
    IncidentAlert,
    IncidentEvent,
    IncidentFigures,
    Notification,
    PostMortem,
    ReceivedAlert,
    Silence,
)
from sre_console.models.resilience import (
    BreakerOrder,
    BreakerTransition,
    PatternPeriod,
    PatternSwitch,
)
from sre_console.models.slo import (
    EvaluatorLease,
    Replica,
    SliSample,
    SliTimeline,
)
from sre_console.models.tour import TourProgress
from sre_console.models.traffic import TrafficRun, TrafficSetting

__all__ = [
    "ActionItem",
    "AlertPeriod",
    "AlertState",
    "ApiToken",
    "AuditEntry",
    "BreakerOrder",
    "BreakerTransition",
    "EvaluatorLease",
    "FaultPeriod",
    "FaultPlan",
    "FaultTally",
    "GameDay",
    "GameDayAction",
    "GameDayBlock",
    "GameDayEvent",
    "Incident",
    "IncidentAlert",
    "IncidentEvent",
    "IncidentFigures",
    "Notification",
    "PatternPeriod",
    "PatternSwitch",
    "PostMortem",
    "ReceivedAlert",
    "Replica",
    "SignInCode",
    "Silence",
    "SliSample",
    "SliTimeline",
    "StoredScenario",
    "TourProgress",
    "TrafficRun",
    "TrafficSetting",
]
