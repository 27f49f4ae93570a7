"""Every setting, read once from the environment. Other code reads `django.conf.settings`."""

from __future__ import annotations

import hashlib
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from ironclad import env

BASE_DIR = Path(__file__).resolve().parent.parent

# -- Who we are and what is allowed ------------------------------------------------
PROFILE = env.choice("IRONCLAD_PROFILE", "production", ("production", "builtin"))
BUILTIN = PROFILE == "builtin"
IRONCLAD_HOME = Path(env.text("IRONCLAD_HOME") or BASE_DIR / ".ironclad").resolve()
PORT = env.integer("PORT", 3000, least=1, most=65535)
APP_VERSION = env.text("APP_VERSION") or "1.0.0"
DEBUG = False

SECRET_KEY = env.text("SECRET_KEY")
_MINIMUM_SECRET = 32
if len(SECRET_KEY) < _MINIMUM_SECRET:
    _message = (
        "SECRET_KEY (or SECRET_KEY_FILE) is missing or shorter than 32 characters. "
        "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(50))'"
    )
    raise ImproperlyConfigured(_message)
if SECRET_KEY.startswith("django-insecure-"):
    _message = "SECRET_KEY is Django's insecure default; make one of your own."
    raise ImproperlyConfigured(_message)

ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")
CORS_ALLOWED_ORIGINS = env.names("CORS_ALLOWED_ORIGINS")

# -- Ironclad's own switches (docs/guide/configuration.md) ----------------------------
CLOCK_SCALE = env.number("IRONCLAD_CLOCK_SCALE", 1, least=1, most=3600)
TRAFFIC_RPS = env.number("IRONCLAD_TRAFFIC_RPS", 0, least=0, most=80)
SEED_HISTORY = env.flag("IRONCLAD_SEED_HISTORY", default=BUILTIN)
SEED_RPS = env.number("IRONCLAD_SEED_RPS", 50, least=1, most=10000)
CHAOS_ALLOWED = env.flag("IRONCLAD_CHAOS_ALLOWED", default=BUILTIN)
# What game days and faults may cost: shares of each SLO's whole error budget; None: no bound.
CHAOS_FLOOR = env.ratio("IRONCLAD_CHAOS_FLOOR", None if BUILTIN else 0.2)
CHAOS_BUDGET_GAME_DAY = env.ratio(
    "IRONCLAD_CHAOS_BUDGET_GAME_DAY", None if BUILTIN else 0.1
)
CHAOS_BUDGET_DAY = env.ratio("IRONCLAD_CHAOS_BUDGET_DAY", None if BUILTIN else 0.2)
# Seconds that nobody may be at the console of a game day until it stops.
CHAOS_ABSENCE = env.number("IRONCLAD_CHAOS_ABSENCE", 60, least=5, most=3600)
# The blast radius above which a second person approves a game day; None: never.
CHAOS_APPROVAL_ABOVE = env.ratio("IRONCLAD_CHAOS_APPROVAL_ABOVE", None)
PUBLIC_API = env.flag("IRONCLAD_PUBLIC_API", default=BUILTIN)
TRANSACTION_VALUE = env.number("IRONCLAD_TRANSACTION_VALUE", 1)
METRICS_TOKEN = env.text("METRICS_TOKEN")
# The built-in operator's and the traffic's bearer tokens exist in the built-in profile only.
OPERATOR_TOKEN = env.text("IRONCLAD_OPERATOR_TOKEN") if BUILTIN else ""
TRAFFIC_TOKEN = env.text("IRONCLAD_TRAFFIC_TOKEN") if BUILTIN else ""
ADMISSION_LIMIT = env.integer("IRONCLAD_ADMISSION_LIMIT", 32, least=1, most=1000)
ADMISSION_WAIT = env.number("IRONCLAD_ADMISSION_WAIT", 1.0, most=10)  # seconds
REQUEST_DEADLINE = env.number("IRONCLAD_REQUEST_DEADLINE", 10, least=0.1, most=300)
BODY_LIMIT = env.integer("IRONCLAD_BODY_LIMIT", 1_048_576, least=1024)  # bytes
# Seconds: of being not ready before the port is closed, and until the rest is cut.
DRAIN_DELAY = env.number("IRONCLAD_DRAIN_DELAY", 0, most=300)
STOP_DEADLINE = env.number("IRONCLAD_STOP_DEADLINE", 5 if BUILTIN else 25, most=3600)
EVALUATOR = env.flag("IRONCLAD_EVALUATOR", default=True)
RATE_LIMIT = env.text("IRONCLAD_RATE_LIMIT") or "6000/m"
TRAFFIC_RATE_LIMIT = env.text("IRONCLAD_TRAFFIC_RATE_LIMIT") or "12000/m"
SIGN_IN_RATE_LIMIT = env.text("IRONCLAD_SIGN_IN_RATE_LIMIT") or "10/m"
TRUSTED_PROXIES = env.integer("IRONCLAD_TRUSTED_PROXIES", 0, most=10)
SLO_DIR = BASE_DIR / "deploy" / "slo"
SCENARIOS = BASE_DIR / "deploy" / "scenarios"

# -- Database --------------------------------------------------------------------------


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        message = (
            "DATABASE_URL must look like postgresql://user:password@host:5432/name"
        )
        raise ImproperlyConfigured(message)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    return {
        "ENGINE": "ironclad.database",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", None) or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": 0,  # the pool keeps connections, not the thread
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "connect_timeout": 3,
            "application_name": "ironclad",
            **query,
        },
    }


DATABASE_URL = env.text("DATABASE_URL")
if not DATABASE_URL:
    _message = (
        "DATABASE_URL (or DATABASE_URL_FILE) is missing; `make up` sets it for you."
    )
    raise ImproperlyConfigured(_message)
DATABASES = {"default": _database(DATABASE_URL)}
BACKUP_DIR = env.text("BACKUP_DIR")  # where `manage.py backup` writes
DATABASE_POOLS = {"service": 20, "console": 4}  # most connections a replica
DATABASE_POOL_WAIT = 2.0  # seconds for a free connection, then DATABASE_UNAVAILABLE
DATABASE_DEADLINE = env.number("IRONCLAD_DATABASE_DEADLINE", 10, least=0.1, most=300)

# -- Resilience (docs/guide/resilience.md) ---------------------------------------------
BREAKER_FAILURES = env.integer("IRONCLAD_BREAKER_FAILURES", 5, least=1, most=1000)
BREAKER_RATIO = env.number("IRONCLAD_BREAKER_RATIO", 0, most=1)  # 0: failures in a row
BREAKER_WINDOW = env.integer("IRONCLAD_BREAKER_WINDOW", 20, least=2, most=10_000)
BREAKER_OPEN = env.number("IRONCLAD_BREAKER_OPEN", 30, least=0.1, most=3600)  # seconds
BREAKER_TRIALS = env.integer("IRONCLAD_BREAKER_TRIALS", 1, least=1, most=100)
RETRY_ATTEMPTS = env.integer("IRONCLAD_RETRY_ATTEMPTS", 3, least=1, most=10)  # in all
RETRY_BASE = env.number("IRONCLAD_RETRY_BASE", 1, most=60)  # seconds, doubled each time
RETRY_BUDGET = env.number("IRONCLAD_RETRY_BUDGET", 0.1, most=1)  # per call of a minute
# Seconds that a list answer may be told again while the breaker is open; 0: never.
DEGRADED_AGE = env.number("IRONCLAD_DEGRADED_AGE", 600, most=86_400)
# Seconds for one call of another system, its retries included.
OUTBOUND_DEADLINE = env.number("IRONCLAD_OUTBOUND_DEADLINE", 30, least=0.1, most=300)
# -- Incidents (docs/guide/incidents.md) -------------------------------------------------
# What links in messages begin with: where people reach the console.
CONSOLE_URL = (env.text("IRONCLAD_URL") or f"http://127.0.0.1:{PORT}").rstrip("/")
ALERT_WEBHOOKS = env.names("IRONCLAD_ALERT_WEBHOOKS")
ALERT_WEBHOOK_SECRET = env.text("IRONCLAD_ALERT_WEBHOOK_SECRET")  # signs what they get
# Whether they may have internal addresses: then a name that leads inside is no way in.
ALERT_WEBHOOKS_INTERNAL = env.flag("IRONCLAD_ALERT_WEBHOOKS_INTERNAL", default=BUILTIN)
ALERT_EMAILS = env.names("IRONCLAD_ALERT_EMAILS")
# To one place within ten minutes; what is over it is held back, pages never.
ALERT_RATE_MOST = env.integer("IRONCLAD_ALERT_RATE_MOST", 20, least=1, most=10_000)
EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.integer("EMAIL_PORT", 587, least=1, most=65_535)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10  # seconds for each operation; a mail as a whole has a deadline, too
DEFAULT_FROM_EMAIL = env.text("IRONCLAD_EMAIL_FROM") or "ironclad@localhost"
# Without a server mails are files: a rehearsal needs none.
EMAIL_BACKEND = (
    "ironclad.outbound.mail.EmailBackend"
    if EMAIL_HOST
    else "django.core.mail.backends.filebased.EmailBackend"
)
EMAIL_FILE_PATH = IRONCLAD_HOME / "mail"
# Where SLIs come from instead of the timeline; then Alertmanager opens incidents while it
# is there.
PROMETHEUS_URL = env.text("PROMETHEUS_URL")
PROMETHEUS_TOKEN = env.text("PROMETHEUS_TOKEN")  # a bearer token, for one that asks
ALERTMANAGER_TOKEN = env.text("ALERTMANAGER_TOKEN")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
# The role that serves requests; `manage.py database_roles` gives it its grants.
DATABASE_APP_ROLE = env.text("DATABASE_APP_ROLE") or "ironclad_app"

# -- Django ------------------------------------------------------------------------------
INSTALLED_APPS = [
    "daphne",
    "django.contrib.postgres",
    "ironclad",
    "sre_console",
    "api",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "channels",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_prometheus",
    "csp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "ironclad.urls"
ASGI_APPLICATION = "ironclad.asgi.application"
APPEND_SLASH = False  # both forms are routed; nothing is redirected
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
REDIS_URL = env.text("REDIS_URL")
# LocMem's default of 300 entries would forget the counts of most clients.
_HERE: dict[str, object] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "OPTIONS": {"MAX_ENTRIES": 20_000},
}
_SHARED: dict[str, object] = {"BACKEND": "ironclad.shared_cache.SharedCache"}
CACHES = {"default": _SHARED if REDIS_URL else _HERE}

# -- People ------------------------------------------------------------------------------
LOGIN_URL = "/console/sign-in"
LOGIN_REDIRECT_URL = "/console/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
# One browser may hold several instances on other ports of one host: each its own cookies.
_SUFFIX = hashlib.sha256(f"{IRONCLAD_HOME}:{PORT}".encode()).hexdigest()[:8]
SESSION_COOKIE_NAME = f"ironclad_session_{_SUFFIX}" if BUILTIN else "ironclad_session"
CSRF_COOKIE_NAME = f"ironclad_csrf_{_SUFFIX}" if BUILTIN else "ironclad_csrf"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not BUILTIN
CSRF_FAILURE_VIEW = "ironclad.urls.csrf_failure"

# -- Transport and content security ---------------------------------------------------------
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
)
SECURE_HSTS_SECONDS = 0 if BUILTIN else 31_536_000
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "manifest-src": [SELF],
    },
}

# -- Language and time -----------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# -- Static files: the edge serves them; from where they lie in the built-in mode, collected in
# the image ---------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = None if BUILTIN else BASE_DIR / "staticfiles"
WHITENOISE_USE_FINDERS = BUILTIN
WHITENOISE_AUTOREFRESH = False

# -- REST ---------------------------------------------------------------------------------------
DATA_UPLOAD_MAX_MEMORY_SIZE = BODY_LIMIT
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "api.authentication.BearerAuthentication",
        "api.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["api.permissions.Denied"],  # each view says who
    "DEFAULT_RENDERER_CLASSES": ["api.envelope.EnvelopeRenderer"],
    "DEFAULT_PARSER_CLASSES": ["api.parsers.StrictJSONParser"],
    "DEFAULT_PAGINATION_CLASS": "api.pagination.EnvelopePagination",
    "DEFAULT_SCHEMA_CLASS": "api.schema.EnvelopeSchema",
    "EXCEPTION_HANDLER": "api.errors.handle",
    "URL_FORMAT_OVERRIDE": None,
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Ironclad",
    "DESCRIPTION": "A control panel for practising Site Reliability Engineering.",
    "VERSION": APP_VERSION,
    "OAS_VERSION": "3.1.0",
    "COMPONENT_SPLIT_REQUEST": True,
    "PREPROCESSING_HOOKS": ["api.schema_hooks.one_form"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.schema_hooks.edge",
        "api.schema_hooks.strict_bodies",
    ],
    "ENUM_NAME_OVERRIDES": {
        "PatternEnum": "api.resilience.serializers.PATTERNS",
        "BreakerStateEnum": "api.resilience.serializers.STATES",
        "AlertStateEnum": "api.alerts.serializers.STATES",
        "IncidentStateEnum": "sre_console.incidents.lifecycle.STATES",
        "SilenceStateEnum": "api.incidents.serializers.SILENCE_STATES",
        "NotificationStateEnum": "sre_console.incidents.selectors.TOLD_STATES",
        "GameDayStateEnum": "sre_console.models.gamedays.STATES",
        "StepStateEnum": "api.game_days.serializers.STEP_STATES",
        "StepKindEnum": "api.scenarios.serializers.KINDS",
        "CheckStateEnum": "api.game_days.serializers.CHECK_STATES",
        "CheckKindEnum": "api.scenarios.serializers.MODES",
        "GameDayEventKindEnum": "sre_console.gamedays.outcome.record.KINDS",
    },
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# -- Metrics and logs -------------------------------------------------------------------------------
PROMETHEUS_EXPORT_MIGRATIONS = False
LOG_LEVEL = env.choice(
    "LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")
)
LOGGING_CONFIG = (
    None  # ironclad.observability.logs configures logging in AppConfig.ready
)
