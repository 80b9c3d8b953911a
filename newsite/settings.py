"""The one settings file. Every value comes from the environment; `.env.example` describes them all."""

import os
import shutil
from pathlib import Path

from csp.constants import NONE, SELF

from newsite import environment
from newsite.logs import logging_config
from newsite.schema import api_schema

BASE_DIR = Path(__file__).resolve().parent.parent
env = environment.Environment()  # type: ignore[no-untyped-call]
env.read_env(BASE_DIR / ".env")

# Where things are
PORT = env.int("PORT", 8000)
BIND_ADDRESS = env.str("BIND_ADDRESS", "127.0.0.1")
WORKERS = env.int("WORKERS", 2)
DATA_DIR = environment.data_dir(Path(env.str("DATA_DIR", str(BASE_DIR / "var"))).resolve())
SITE = environment.site_url(env.str("SITE_URL", f"http://127.0.0.1:{PORT}"))
SITE_URL = SITE.geturl()
SITE_NAME = env.str("SITE_NAME", "AI News")
HTTPS = SITE.scheme == "https"
ON_LOOPBACK = SITE.hostname in environment.LOOPBACK

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env.str("SECRET_KEY", "") or environment.secret_key(DATA_DIR / "secret_key")
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"] if ON_LOOPBACK else [SITE.hostname]
)
TRUSTED_PROXIES = environment.networks(env.list("TRUSTED_PROXIES", default=[]))
CORS_ALLOWED_ORIGINS = env.list("CORS_ALLOWED_ORIGINS", default=[])

INSTALLED_APPS = [
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "newsite.apps.NewsiteConfig",
    "articles",
    "comments",
    "newsite.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "captcha",
    "corsheaders",
    "csp",
    "django_htmx",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "drf_standardized_errors",
    "rest_framework",
]

MIDDLEWARE = [
    "newsite.metrics.measure",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "newsite.security.resource_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "newsite.security.limit_body",
    "newsite.security.refuse_foreign_writes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "newsite.urls"
WSGI_APPLICATION = "newsite.wsgi.application"

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
                "articles.views.site_head",
            ],
        },
    },
]

# Storage
DATABASES = {"default": environment.database(env.db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'newsite.sqlite3'}"))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
LOCAL_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
CACHES = {
    "default": {"BACKEND": LOCAL_MEMORY},
    # Parts of pages, keyed by the stamp of what they show; always of this process, whatever "default" is.
    "template_fragments": {
        "BACKEND": "django.core.cache.backends.dummy.DummyCache" if DEBUG else LOCAL_MEMORY,
        "LOCATION": "fragments",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}
PAGE_CACHE_BYTES = 0 if DEBUG else env.int("PAGE_CACHE_MB", 64) * 2**20  # of each serving process
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
API_MAX_BODY = 64 * 1024

# Static files: hashed names, compressed once
STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ("png", "gz", "br", "map", "woff2", "zip")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "newsite.assets.HashedStaticFiles"
    },
}

# Language and time
LANGUAGE_CODE = "en-gb"
USE_I18N = False
TIME_ZONE = env.str("TIME_ZONE", "UTC")

# Transport, cookies, headers
COOKIE_PREFIX = "__Host-" if HTTPS else ""
SESSION_COOKIE_NAME = f"{COOKIE_PREFIX}sessionid"
CSRF_COOKIE_NAME = f"{COOKIE_PREFIX}csrftoken"
READER_COOKIE_NAME = f"{COOKIE_PREFIX}reader"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_TRUSTED_ORIGINS = [SITE_URL]
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", 31_536_000) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"  # no-referrer would make browsers send "Origin: null"
X_FRAME_OPTIONS = "DENY"
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "browsing-topics")
}
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "media-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_HEADERS = ["accept", "authorization", "content-type", "idempotency-key", "x-comment-token", "x-reader"]
CORS_EXPOSE_HEADERS = ["etag", "retry-after", "x-reader"]

# Staff
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
STAFF_MFA = environment.one_of(("offered", "required"), "STAFF_MFA", env.str("STAFF_MFA", "offered"))
MFA_ADAPTER = "newsite.staff.secondfactor.Adapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_TOLERANCE = 1  # a code of the half minute before or after is right, too
CSRF_FAILURE_VIEW = "newsite.errors.csrf_failure"

# Limits: how many, in what time; each counts per network and per reader
RATELIMITS = env.bool("RATELIMITS", True)
RATES = {
    "comments": environment.rate(env.str("RATE_COMMENTS", "5/m 30/h")),
    "ratings": environment.rate(env.str("RATE_RATINGS", "30/m")),
    "votes": environment.rate(env.str("RATE_VOTES", "60/10m")),
    "reports": environment.rate(env.str("RATE_REPORTS", "6/h 20/d")),
    "edits": environment.rate(env.str("RATE_EDITS", "20/h")),
    "previews": environment.rate(env.str("RATE_PREVIEWS", "30/m")),
    "follows": environment.rate(env.str("RATE_FOLLOWS", "10/h")),
    "captchas": environment.rate(env.str("RATE_CAPTCHAS", "60/10m")),
    "confirmations": environment.rate(env.str("RATE_CONFIRMATIONS", "3/h 10/d")),
    "logins": environment.rate(env.str("RATE_LOGINS", "10/10m")),
    "names": environment.rate(env.str("RATE_NAMES", "100/h")),
    "codes": environment.rate(env.str("RATE_CODES", "10/10m")),
}

# Captcha: see comments/captcha.py for what is done with these
CAPTCHA_TEST_MODE = env.bool("CAPTCHA_TEST_MODE", False)
CAPTCHA_CHALLENGE_FUNCT = "comments.captcha.six_letters"
CAPTCHA_LETTER_COLOR_FUNCT = "comments.captcha.letter_ink"
CAPTCHA_NOISE_FUNCTIONS = ["comments.captcha.noise"]
CAPTCHA_FOREGROUND_COLOR = "#8a8378"
CAPTCHA_BACKGROUND_COLOR = "#ffffff"
CAPTCHA_FONT_SIZE = 38
CAPTCHA_IMAGE_SIZE = (240, 70)
CAPTCHA_LETTER_ROTATION = (-18, 18)
CAPTCHA_TIMEOUT = env.int("CAPTCHA_MINUTES", 30)
CAPTCHA_2X_IMAGE = False
CAPTCHA_FLITE_PATH = shutil.which("flite")
CAPTCHA_MIN_SECONDS = env.int("CAPTCHA_MIN_SECONDS", 3)

# Articles and comments
THREADS_PER_PAGE = 50
REPLIES_PER_THREAD = 3
UNDO_MINUTES = 10
EDIT_MINUTES = environment.at_least(0, "EDIT_MINUTES", env.int("EDIT_MINUTES", 10))  # 0: nothing can be edited
REPORTS_TO_HOLD = environment.at_least(1, "REPORTS_TO_HOLD", env.int("REPORTS_TO_HOLD", 3))
RATING_BURST = environment.at_least(0, "RATING_BURST", env.int("RATING_BURST", 10))  # 0: nothing is set aside
CLOSE_AFTER_DAYS = environment.days("CLOSE_AFTER_DAYS", env.int("CLOSE_AFTER_DAYS", 0))  # 0: never
NETWORK_KEY_DAYS = env.int("NETWORK_KEY_DAYS", 30)
UNCONFIRMED_DAYS = env.int("UNCONFIRMED_DAYS", 7)

# Services outside that look at comments, too: none is asked without these
AKISMET_KEY = env.str("AKISMET_KEY", "")
AKISMET_URL = env.str("AKISMET_URL", "https://rest.akismet.com/1.1/comment-check")
SCREENING_HOOK_SECRET = env.str("SCREENING_HOOK_SECRET", "")
SCREENING_HOOK_URL = environment.hook(env.str("SCREENING_HOOK_URL", ""), SCREENING_HOOK_SECRET)
SCREENING_SECONDS = environment.at_least(1, "SCREENING_SECONDS", env.int("SCREENING_SECONDS", 3))

# Mail: into files unless EMAIL_URL names a server
EMAIL_CONFIG = env.email_url("EMAIL_URL", f"filemail:///{DATA_DIR / 'mail'}")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("FROM_EMAIL", f"{SITE_NAME} <newsite@{SITE.hostname}>")

# API
REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["newsite.json_format.Utf8Renderer"],
    "DEFAULT_PARSER_CLASSES": ["newsite.json_format.BoundedJSONParser"],
    "DEFAULT_AUTHENTICATION_CLASSES": ["newsite.staff.tokens.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_standardized_errors.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "drf_standardized_errors.handler.exception_handler",
    "DEFAULT_VERSIONING_CLASS": None,
    "UNAUTHENTICATED_USER": None,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = api_schema(SITE_NAME)

# Watching it run
ACCESS_LOG = env.bool("ACCESS_LOG", False)
METRICS_TOKEN = env.str("METRICS_TOKEN", "")
LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
LOGGING_CONFIG = "newsite.logs.configure"
LOGGING = logging_config(LOG_LEVEL)
TEST_RUNNER = "django.test.runner.DiscoverRunner"
METRICS_DIR = DATA_DIR / "metrics"  # counts of all serving processes meet here
METRICS_DIR.mkdir(exist_ok=True)
os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(METRICS_DIR)
