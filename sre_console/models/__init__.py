"""The control panel's tables. Other code imports them from here."""

from __future__ import annotations

from sre_console.models.accounts import AccessReview, ApiToken, Service, SignInCode
from sre_console.models.audit import (
    AuditCheckpoint,
    AuditEntry,
    AuditVerification,
)
from sre_console.models.capacity import MeasuredKnee
from sre_console.models.chaos import FaultPeriod, FaultPlan, FaultTally, NoFaults
from sre_console.models.gamedays import (
    GameDay,
    GameDayAction,
    GameDayBlock,
    GameDayEvent,
    StoredScenario,
)
from sre_console.models.governance import Deployment, InjectionEffect
from sre_console.models.identity import (
    Account,
    ExternalIdentity,
    PastPassword,
    RecoveryCode,
    SecondFactor,
    SignedIn,
    SignInLock,
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
from sre_console.models.limits import RateCount
from sre_console.models.recovery import (
    BackupRun,
    DisasterDrill,
    RepositoryState,
    RestoreRun,
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
    "AccessReview",
    "Account",
    "ActionItem",
    "AlertPeriod",
    "AlertState",
    "ApiToken",
    "AuditCheckpoint",
    "AuditEntry",
    "AuditVerification",
    "BackupRun",
    "BreakerOrder",
    "BreakerTransition",
    "Deployment",
    "DisasterDrill",
    "EvaluatorLease",
    "ExternalIdentity",
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
    "InjectionEffect",
    "MeasuredKnee",
    "NoFaults",
    "Notification",
    "PastPassword",
    "PatternPeriod",
    "PatternSwitch",
    "PostMortem",
    "RateCount",
    "ReceivedAlert",
    "RecoveryCode",
    "Replica",
    "RepositoryState",
    "RestoreRun",
    "SecondFactor",
    "Service",
    "SignInCode",
    "SignInLock",
    "SignedIn",
    "Silence",
    "SliSample",
    "SliTimeline",
    "StoredScenario",
    "TourProgress",
    "TrafficRun",
    "TrafficSetting",
]
