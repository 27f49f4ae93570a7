"""What the OpenAPI schema calls the choices that several fields of one name have."""

from __future__ import annotations

ENUM_NAMES = {
    "PatternEnum": "api.resilience.serializers.PATTERNS",
    "BreakerStateEnum": "api.resilience.serializers.STATES",
    "SaturationStateEnum": "sre_console.capacity.saturation.STATES",
    "AlertStateEnum": "api.alerts.serializers.STATES",
    "IncidentStateEnum": "sre_console.incidents.lifecycle.STATES",
    "SilenceStateEnum": "api.incidents.serializers.SILENCE_STATES",
    "NotificationStateEnum": "sre_console.incidents.selectors.TOLD_STATES",
    "GameDayStateEnum": "sre_console.models.gamedays.STATES",
    "StepStateEnum": "api.game_days.serializers.STEP_STATES",
    "StepKindEnum": "api.scenarios.serializers.KINDS",
    "CheckStateEnum": "api.game_days.serializers.CHECK_STATES",
    "CheckKindEnum": "api.scenarios.serializers.MODES",
    "AuditStateEnum": "sre_console.audit.checking.STATES",
    "PersonKindEnum": "api.people.serializers.KINDS",
    "InjectionKindEnum": "sre_console.governance.injections.injection.KINDS",
    "ChangeKindEnum": "sre_console.governance.calendar.event.KINDS",
    "GameDayEventKindEnum": "sre_console.gamedays.outcome.record.KINDS",
    "RecoveryStateEnum": "sre_console.models.recovery.STATES",
    "DisasterDrillStateEnum": "sre_console.recovery.drills.listing.STATES",
    "BackupKindEnum": "sre_console.recovery.listing.BACKUP_KINDS",
    "RestoreKindEnum": "sre_console.recovery.listing.RESTORE_KINDS",
}
