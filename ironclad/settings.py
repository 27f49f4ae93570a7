"""Every setting, read once from the environment. Other code reads `django.conf.settings`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from ironclad import env
from ironclad.database_url import database
from ironclad.enum_names import ENUM_NAMES
from ironclad.prepared_settings import *  # noqa: F403 - each is a setting
from ironclad.process_settings import *  # noqa: F403 - each is a setting
from ironclad.recovery_settings import *  # noqa: F403 - each is a setting

BASE_DIR = Path(__file__).resolve().parent.parent

# -- Who we are and what is allowed ------------------------------------------------
PROFILE = env.choice("IRONCLAD_PROFILE", "production", ("production", "builtin"))
BUILTIN = PROFILE == "builtin"
IRONCLAD_HOME = Path(env.text("IRONCLAD_HOME") or BASE_DIR / ".ironclad").resolve()
PORT = env.integer("PORT", 3000, least=1, most=65535)
APP_VERSION = env.text("APP_VERSION") or "1.0.0"
DEBUG = False

# ironclad.secret_checks refuses one that was thought up; here, what Django cannot work with.
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
# What they have signed stays good; nothing new is signed with them.
SECRET_KEY_FALLBACKS = env.lines("SECRET_KEY_FALLBACKS")

# The chain of the audit log is sealed with it; it is never in the database. The checks refuse to
# serve without one in production; `make up` makes one (docs/guide/audit.md).
AUDIT_KEY = env.text("AUDIT_KEY")
if not AUDIT_KEY and BUILTIN:  # a command outside `make up`, a test
    AUDIT_KEY = hashlib.sha256(f"audit log: {SECRET_KEY}".encode()).hexdigest()
AUDIT_KEY_FALLBACKS = env.names("AUDIT_KEY_FALLBACKS")  # replaced ones, which verify
# Days that an entry stays in the database, at least; None: for ever.
AUDIT_RETENTION_DAYS = env.whole_or_none(
    "IRONCLAD_AUDIT_RETENTION_DAYS", 400, least=1, most=36_500
)

ALLOWED_HOSTS = env.names("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]"))
CSRF_TRUSTED_ORIGINS = env.names("CSRF_TRUSTED_ORIGINS")
CORS_ALLOWED_ORIGINS = env.names("CORS_ALLOWED_ORIGINS")

# -- Ironclad's own switches (docs/guide/configuration.md) ----------------------------
CLOCK_SCALE = env.number("IRONCLAD_CLOCK_SCALE", 1, least=1, most=3600)
TRAFFIC_RPS = env.number("IRONCLAD_TRAFFIC_RPS", 0, least=0, most=80)
SEED_HISTORY = env.flag("IRONCLAD_SEED_HISTORY", default=BUILTIN)
SEED_RPS = env.number("IRONCLAD_SEED_RPS", 50, least=1, most=10000)
# What the console says at all times, and what a list in IRONCLAD_CHAOS_ALLOWED is held against.
ENVIRONMENT = env.label(
    "IRONCLAD_ENVIRONMENT", "rehearsal" if BUILTIN else "production"
)
CHAOS_ALLOWED, CHAOS_ENVIRONMENTS = env.places(
    "IRONCLAD_CHAOS_ALLOWED", here=ENVIRONMENT, default=BUILTIN
)
# The share of requests touched above which a person types the environment's name; None: never.
CHAOS_CONFIRM_ABOVE = env.ratio(
    "IRONCLAD_CHAOS_CONFIRM_ABOVE", None if BUILTIN else 0.05
)
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
# Open consoles of one person, and from one address, in each process.
CONSOLES_PER_USER = env.integer("IRONCLAD_CONSOLES_PER_USER", 20, least=1, most=500)
CONSOLES_PER_ADDRESS = env.integer(
    "IRONCLAD_CONSOLES_PER_ADDRESS", 500 if BUILTIN else 100, least=1, most=500
)
# Seconds: of being not ready before the port is closed, and until the rest is cut.
DRAIN_DELAY = env.number("IRONCLAD_DRAIN_DELAY", 0, most=300)
STOP_DEADLINE = env.number("IRONCLAD_STOP_DEADLINE", 5 if BUILTIN else 25, most=3600)
EVALUATOR = env.flag("IRONCLAD_EVALUATOR", default=True)
RATE_LIMIT = env.text("IRONCLAD_RATE_LIMIT") or "6000/m"
TRAFFIC_RATE_LIMIT = env.text("IRONCLAD_TRAFFIC_RATE_LIMIT") or "12000/m"
SIGN_IN_RATE_LIMIT = env.text("IRONCLAD_SIGN_IN_RATE_LIMIT") or "10/m"
WRITE_RATE_LIMIT = env.text("IRONCLAD_RATE_LIMIT_WRITE") or "4800/m"
CHAOS_RATE_LIMIT = env.text("IRONCLAD_RATE_LIMIT_CHAOS") or "300/m"
EXPORT_RATE_LIMIT = env.text("IRONCLAD_RATE_LIMIT_EXPORT") or "120/m"
TRUSTED_PROXIES = env.integer("IRONCLAD_TRUSTED_PROXIES", 0, most=10)
SLO_DIR = BASE_DIR / "deploy" / "slo"
SCENARIOS = BASE_DIR / "deploy" / "scenarios"

# -- Database --------------------------------------------------------------------------
DATABASE_URL = env.text("DATABASE_URL")
if not DATABASE_URL:
    _message = (
        "DATABASE_URL (or DATABASE_URL_FILE) is missing; `make up` sets it for you."
    )
    raise ImproperlyConfigured(_message)
DATABASES = {"default": database(DATABASE_URL)}
# Read anew when the server refuses us: the password may have been changed since.
DATABASE_URL_FILE = env.file("DATABASE_URL")
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
# Whom to tell of a weakness, as addresses (mailto:, https:, tel:), and by which rules.
SECURITY_CONTACT = env.names("IRONCLAD_SECURITY_CONTACT")
SECURITY_POLICY = env.text("IRONCLAD_SECURITY_POLICY")
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
    "ironclad.content_policy.ContentPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "sre_console.pages.limiting.Limiting",
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
                "sre_console.pages.access.allowances",
            ],
        },
    },
]
REDIS_URL = env.text("REDIS_URL")
# What is kept there are the counters of rate limits (ironclad.rate_limits). Where one process serves
# in the built-in profile its own memory is enough, and its default of 300 entries is not.
_HERE: dict[str, object] = {
    "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
    "OPTIONS": {"MAX_ENTRIES": 20_000},
}
_SHARED: dict[str, object] = {
    "BACKEND": "ironclad.rate_limits.redis.CountsInRedis"
    if REDIS_URL
    else "ironclad.rate_limits.postgres.CountsInPostgres"
}
_ALONE = BUILTIN and not REDIS_URL and WEB_PROCESSES == 1  # noqa: F405
CACHES = {"default": _HERE if _ALONE else _SHARED}

# -- People ------------------------------------------------------------------------------
LOGIN_URL = "/console/sign-in"
LOGIN_REDIRECT_URL = "/console/"
PASSWORD_HASHERS = [
    "sre_console.accounts.hashers.Argon2",
    "sre_console.accounts.hashers.Pbkdf2",  # of before; replaced at the next sign-in
]
PASSWORD_LEAST = 12  # characters
AUTH_PASSWORD_VALIDATORS: list[dict[str, object]] = [
    {
        "NAME": f"django.contrib.auth.password_validation.{name}",
        "OPTIONS": options,
    }
    for name, options in (
        ("UserAttributeSimilarityValidator", {}),
        ("MinimumLengthValidator", {"min_length": PASSWORD_LEAST}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
# One browser may hold several instances on other ports of one host: each its own cookies.
_SUFFIX = hashlib.sha256(f"{IRONCLAD_HOME}:{PORT}".encode()).hexdigest()[:8]
# In production the prefix keeps other hosts of the domain, and plain HTTP, from setting them.
SESSION_COOKIE_NAME, CSRF_COOKIE_NAME, KNOWN_BROWSER_COOKIE = (
    f"ironclad_{name}_{_SUFFIX}" if BUILTIN else f"__Host-ironclad_{name}"
    for name in ("session", "csrf", "known")
)
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_MINUTES = env.integer(
    "IRONCLAD_SESSION_IDLE_MINUTES", 720 if BUILTIN else 60, least=1, most=720
)
SESSION_ENGINE = "sre_console.accounts.session_store"
# Whether operators, approvers and administrators must have one; all others may.
SECOND_FACTOR = env.choice(
    "IRONCLAD_SECOND_FACTOR",
    "optional" if BUILTIN else "required",
    ("required", "optional"),
)
# OpenID Connect: without an issuer there is no provider (docs/guide/access.md).
OIDC_ISSUER = env.text("IRONCLAD_OIDC_ISSUER")
OIDC_CLIENT_ID = env.text("IRONCLAD_OIDC_CLIENT_ID")
OIDC_CLIENT_SECRET = env.text("IRONCLAD_OIDC_CLIENT_SECRET")
OIDC_NAME = env.text("IRONCLAD_OIDC_NAME")  # on the button
OIDC_SCOPES = env.text("IRONCLAD_OIDC_SCOPES") or "openid profile"
OIDC_ROLES_CLAIM = env.text("IRONCLAD_OIDC_ROLES_CLAIM") or "groups"
OIDC_ROLES = env.names("IRONCLAD_OIDC_ROLES")  # group=role
OIDC_SECOND_FACTOR = env.choice(
    "IRONCLAD_OIDC_SECOND_FACTOR", "own", ("own", "trusted", "claimed")
)
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
# Scripts read the token from the page.
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not BUILTIN
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
CSRF_FAILURE_VIEW = "ironclad.urls.csrf_failure"

# -- Transport and content security ---------------------------------------------------------
# The edge has settled the scheme (ironclad.edge.forwarded): Django takes the first entry of
# X-Forwarded-Proto, which is the client's own where proxies append.
SECURE_PROXY_SSL_HEADER = None
SECURE_HSTS_SECONDS = 0 if BUILTIN else 31_536_000
# Whoever can answer for a name below this one could otherwise set cookies for it, by plain HTTP.
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag(
    "IRONCLAD_HSTS_SUBDOMAINS", default=not BUILTIN
)
SILENCED_SYSTEM_CHECKS = [
    "security.W008",
    "security.W021",
]  # docs/guide/configuration.md
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
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "ironclad.static_tree.TreeStorage"},
}

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
    "ENUM_NAME_OVERRIDES": ENUM_NAMES,
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
