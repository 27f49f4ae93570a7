"""Which settings the service runs with, and an entry when they are others than before."""

from __future__ import annotations

from hashlib import sha256

from django.conf import settings

from sre_console.audit.actor import SYSTEM
from sre_console.audit.chain import canonical, cleaned
from sre_console.audit.changes import Json, changes
from sre_console.audit.keys import sealing_key
from sre_console.audit.services import audited, record
from sre_console.models import AuditEntry

ACTION = "settings.changed"
# What decides who may do what, what may be broken, what is counted, and who is told.
TOLD = (
    "PROFILE", "ENVIRONMENT", "APP_VERSION", "LOG_LEVEL", "DATABASE_APP_ROLE",
    "ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "CORS_ALLOWED_ORIGINS", "TRUSTED_PROXIES",
    "CONSOLE_URL", "PUBLIC_API", "SECOND_FACTOR", "PASSWORD_LEAST", "SESSION_COOKIE_AGE",
    "SESSION_IDLE_MINUTES", "OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_ROLES",
    "OIDC_ROLES_CLAIM", "OIDC_SCOPES", "OIDC_SECOND_FACTOR",
    "CHAOS_ALLOWED", "CHAOS_CONFIRM_ABOVE", "CHAOS_FLOOR", "CHAOS_BUDGET_GAME_DAY",
    "CHAOS_BUDGET_DAY", "CHAOS_ABSENCE", "CHAOS_APPROVAL_ABOVE", "CLOCK_SCALE",
    "SEED_HISTORY", "SEED_RPS", "TRAFFIC_RPS", "TRANSACTION_VALUE", "EVALUATOR",
    "RATE_LIMIT", "TRAFFIC_RATE_LIMIT", "SIGN_IN_RATE_LIMIT", "CHAOS_RATE_LIMIT",
    "WRITE_RATE_LIMIT", "EXPORT_RATE_LIMIT", "CONSOLES_PER_USER", "CONSOLES_PER_ADDRESS",
    "BODY_LIMIT", "REQUEST_DEADLINE", "DATABASE_DEADLINE", "STOP_DEADLINE",
    "ADMISSION_LIMIT", "BREAKER_FAILURES", "BREAKER_RATIO", "BREAKER_OPEN",
    "RETRY_ATTEMPTS", "RETRY_BUDGET", "ALERT_EMAILS", "ALERT_RATE_MOST",
    "ALERT_WEBHOOKS_INTERNAL", "AUDIT_RETENTION_DAYS",
)  # fmt: skip
# Of these only whether they changed: a digest that nobody without the key can try words against.
SECRET = (
    "SECRET_KEY", "SECRET_KEY_FALLBACKS", "AUDIT_KEY", "AUDIT_KEY_FALLBACKS",
    "METRICS_TOKEN", "OPERATOR_TOKEN", "TRAFFIC_TOKEN", "ALERTMANAGER_TOKEN",
    "ALERT_WEBHOOKS", "ALERT_WEBHOOK_SECRET", "PROMETHEUS_URL", "PROMETHEUS_TOKEN",
    "EMAIL_HOST_PASSWORD", "REDIS_URL", "OIDC_CLIENT_SECRET",
)  # fmt: skip


def settings_now() -> Json:
    key = sealing_key()
    told = {name: cleaned(getattr(settings, name, None)) for name in TOLD}
    for name in SECRET:
        value = getattr(settings, name, None)
        mark = key.sign(canonical({name: cleaned(value)}))[:12]
        told[name] = f"secret {mark}" if value else None
    return told


def settings_record() -> AuditEntry | None:
    """Tell what differs from the last time; None where nothing does."""
    now = settings_now()
    if _last() == now:
        return None
    with audited():
        last = _last()  # another replica may have told it meanwhile
        if last == now:
            return None
        before, after = changes(last, now)
        return record(
            actor=SYSTEM,
            action=ACTION,
            subject="settings",
            before=before,
            after=after,
            detail={"sha256": sha256(canonical(now)).hexdigest(), "settings": now},
        )


def _last() -> Json:
    newest = AuditEntry.objects.filter(action=ACTION).order_by("-id").first()
    held = newest.detail.get("settings") if newest else None
    return held if isinstance(held, dict) else {}
