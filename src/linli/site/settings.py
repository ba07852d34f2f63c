"""Settings. Everything that an installation may change comes from the environment and is listed in ``docs/settings.md``."""

from __future__ import annotations

import os
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from linli.vault.keyring import data_folder, keyring

DEBUG = os.environ.get("LINLI_DEBUG") == "1"
DATA = data_folder()
DEMO = os.environ.get("LINLI_DEMO") == "1"

# Derived from the master key on first use, so that a dry run needs no key folder.
SECRET_KEY: Any = SimpleLazyObject(lambda: keyring().derive("django-secret").hex())

ALLOWED_HOSTS = [h for h in os.environ.get("LINLI_HOSTS", "*").split(",") if h]
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("LINLI_ORIGINS", "").split(",") if o]
BEHIND_TLS = os.environ.get("LINLI_TLS") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "linli.ui",
    "linli.journal",
    "linli.accounts",
    "linli.ground",
    "linli.operations",
    "linli.inbox",
    "linli.notices",
    "linli.register",
    "linli.gates",
    "linli.returnees",
    "linli.tenancies",
    "linli.rounds",
    "linli.duties",
    "linli.care",
    "linli.journeys",
    "linli.procedures",
    "linli.briefing",
    "linli.scanner",
    "linli.site",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "linli.site.language.LanguageMiddleware",
    "linli.site.limits.LimitMiddleware",
    "linli.site.storage.StorageMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "linli.ground.access.ScopeMiddleware",
    "linli.accounts.middleware.AccountMiddleware",
    "linli.procedures.middleware.MovingMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "linli.site.urls"
WSGI_APPLICATION = "linli.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.site.context.page",
            ],
        },
    },
]


def database(url: str) -> dict[str, Any]:
    """Django's settings for ``LINLI_DATABASE_URL``: empty for the embedded SQLite file, or ``postgres://user:password@host:port/name``."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "linli.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-16000;",
            },
            "CONN_MAX_AGE": 300,
        }
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 300,
        "CONN_HEALTH_CHECKS": True,
        # Statements of ground.inserting.planned_cursor alone are prepared, after so many runs; Django's own never are.
        "OPTIONS": {"prepare_threshold": 5},
    }


DATABASES = {"default": database(os.environ.get("LINLI_DATABASE_URL", ""))}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("username", "display_name")},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
AXES_HANDLER = "linli.accounts.lockout.Handler"
AXES_USERNAME_CALLABLE = "linli.accounts.lockout.axes_username"
AXES_CLIENT_IP_CALLABLE = "linli.accounts.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "linli.accounts.lockout.locked_page"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
SESSION_ENGINE = "linli.accounts.sessions"
LOGIN_URL = "accounts:login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "accounts:login"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_HTTPONLY = True
SECURE_CONTENT_TYPE_NOSNIFF = True
# Only for a real domain's certificate; `linli serve --lan --cert` sets it. The office's own authority makes no such promise.
SECURE_HSTS_SECONDS = int(os.environ.get("LINLI_HSTS", "0"))
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if os.environ.get("LINLI_PROXY") == "1" else None
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = os.environ.get("LINLI_STATIC", str(DATA / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
# Files stream into the data folder, never into a folder that others can read, and stop at the limit.
FILE_UPLOAD_HANDLERS = [
    "linli.site.limits.LimitedUpload",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "linli.site.limits.SpoolUpload",
]

CONTENT_SECURITY_POLICY: dict[str, Any] = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'", "'wasm-unsafe-eval'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "media-src": ["'self'", "blob:"],
        "worker-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    },
}

LINLI_NAV = [
    ("briefing:today", _("Today"), "board.totals"),
    ("ground:homes", _("Homes"), "board.totals"),
    ("gates:board", _("Gates"), "gates.read"),
    ("rounds:board", _("Rounds"), "rounds.read"),
    ("duties:board", _("Duty"), "duties.read"),
    ("journeys:board", _("Ways home"), "journeys.read"),
    ("care:board", _("Care"), "care.read"),
    ("sheet:index", _("Briefing"), "sheet.read"),
]
# What the menu beside one's name holds.
LINLI_MENU = [
    ("rounds:walk", _("My rounds"), "rounds.walk"),
    ("duties:mine", _("My shifts"), "duties.take"),
    ("journeys:hand", _("My hand-overs"), "journeys.escort"),
    ("care:mine", _("Households I look after"), "care.help"),
    ("gates:permits", _("Permits"), "permits.handout"),
    ("volunteers:index", _("Volunteers"), "duties.manage"),
    ("volunteers:calls", _("Calls for help"), "duties.take"),
    ("volunteers:teams", _("Teams"), "duties.read"),
    ("returnees:index", _("Arrivals"), "register.read"),
    ("tenancies:index", _("Let flats"), "register.read"),
    ("care:readiness", _("Readiness"), "sheet.read"),
    ("tenancies:uploads", _("Tenant lists"), "tenancies.upload"),
    ("operations:index", _("Operation"), "operations.manage"),
    ("notices:office", _("Notices that wait"), "notices.manage"),
    ("ground:bodies", _("Bodies"), "bodies.read"),
    ("ground:places", _("Places over time"), "register.write"),
    ("ground:offices", _("Offices"), "users.manage"),
    ("ground:setup", _("Set-up"), "users.manage"),
    ("install_sheet", _("A phone's first day"), "devices.manage"),
    ("journal", _("Who did what"), "journal.read"),
    ("api_tokens", _("Other systems"), "tokens.manage"),
]
# What follows the set-up: url name, title, sentence, right.
LINLI_SETUP_NEXT = [
    (
        "register:imports",
        _("Import the register"),
        _("Drop the office's Excel file on a page; nothing is stored before you have seen what is wrong in it."),
        "register.import",
    ),
    (
        "gates:permits",
        _("Print permits"),
        _("One card for each resident, ten on a sheet, after the register is in."),
        "permits.print",
    ),
    (
        "gates:devices",
        _("Enrol a phone"),
        _("The guard's phone scans a code once and belongs to a gate for a shift."),
        "devices.manage",
    ),
]
# What the page of the neighbourhood itself leads to: url name, title, right.
LINLI_PLACE_LINKS = [("procedures:partings", _("Split or merge the neighbourhood"), "neighbourhood.part")]
# Open before there is an account: how a phone comes to trust this server.
LINLI_OPEN_PATHS = ("/install/", "/linli.crt", "/api/v1/")

# Mail for notices: smtp://user:password@host:port, or smtps:// for TLS from the first byte; without it there is none.
_MAIL = urlsplit(os.environ.get("LINLI_MAIL", ""))
EMAIL_HOST = _MAIL.hostname or ""
EMAIL_PORT = _MAIL.port or (465 if _MAIL.scheme == "smtps" else 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_MAIL.username or ""), unquote(_MAIL.password or "")
EMAIL_USE_SSL = _MAIL.scheme == "smtps"
EMAIL_USE_TLS = _MAIL.scheme == "smtp" and bool(EMAIL_HOST_USER)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = os.environ.get("LINLI_MAIL_FROM", "")
# Hosts beside the three services that a group's bot may have: a relay of one's own (see linli.notices.addresses).
LINLI_NOTICE_HOSTS = frozenset(h for h in os.environ.get("LINLI_NOTICE_HOSTS", "").split(",") if h)
LINLI_ORG = os.environ.get("LINLI_ORG", "")
# Rights of the person: days in which a request is answered (PIPL art. 50), years under which a guardian consents (art. 31).
LINLI_RIGHTS_DAYS = int(os.environ.get("LINLI_RIGHTS_DAYS", "30"))
LINLI_CHILD_AGE = int(os.environ.get("LINLI_CHILD_AGE", "14"))
# Home quarantine, until a neighbourhood decides for itself: how its days are counted, how many households one person looks after (Q01).
LINLI_CARE_CONVENTION = os.environ.get("LINLI_CARE_CONVENTION", "landing")
LINLI_CARE_HOUSEHOLDS = int(os.environ.get("LINLI_CARE_HOUSEHOLDS", "1"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"linli": {"level": "INFO"}, "axes": {"level": "ERROR"}},
}
