"""What every environment shares. The environment variables are read here and in ``config.database``, nowhere else."""

import os
from pathlib import Path
from typing import Any

from config import database
from config.postgres import var_folder

BASE_DIR = Path(__file__).resolve().parents[3]
VAR_DIR = var_folder()

SECRET_KEY = os.environ.get("SECRET_KEY", "")
SECRET_KEY_FALLBACKS = [key for key in os.environ.get("SECRET_KEY_FALLBACKS", "").split(",") if key]
DEBUG = False
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]

INSTALLED_APPS = [
    "config",
    "households",
    "catalogue",
    "partners",
    "pages",
    "access",
    "wagtail.users",
    "wagtail_modeladmin",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.embeds",
    "wagtail.sites",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "import_export",
    "procrastinate.contrib.django",
    # For the tags and texts that the model admins borrow: it has no screen here, so nothing is to be looked for.
    "django.contrib.admin.apps.SimpleAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "django.forms",
    "django.contrib.sitemaps",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "access.browser_policy.BrowserPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "pages.middleware.PublicPolicyMiddleware",
    "pages.middleware.PageCacheMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "access.sessions.ConnectionsMiddleware",
    "access.doors.IncompleteFormMiddleware",
    "access.scope.RequestScopeMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "access.journal.recording.JournalMiddleware",
    "access.doors.DoorsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
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
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASE_ACCOUNTS = database.accounts(VAR_DIR, SECRET_KEY or "development")
if os.environ.get(database.OWNER_SWITCH) == "owner":
    database.prepare(DATABASE_ACCOUNTS)
    DATABASES = {"default": DATABASE_ACCOUNTS.owner.as_settings()}
else:
    DATABASES = {"default": DATABASE_ACCOUNTS.application.as_settings()}
DATABASES["default"]["CONN_MAX_AGE"] = 60
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["access.signin.OpenAccounts"]
LOGIN_URL = "wagtailadmin_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "français")]
TIME_ZONE = "Europe/Paris"
USE_I18N = True
USE_TZ = True
LOCALE_PATHS = [BASE_DIR / "site" / "config" / "locale"]

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS: list[Path] = []
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_PERMISSIONS = 0o640

BACKUP_RECIPIENT = os.environ.get("BACKUP_RECIPIENT", "")
"""The public key backups are encrypted for (config.backups); its private key is kept elsewhere."""

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": VAR_DIR / "cache" / "pages",
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}
"""Public pages are kept in files, which every worker shares; nothing else is."""

EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Solive <ne-pas-repondre@solive.example>")

WAGTAIL_SITE_NAME = "Solive"
WAGTAILADMIN_BASE_URL = os.environ.get("BASE_URL", "http://127.0.0.1:8000")
WAGTAILADMIN_PERMITTED_LANGUAGES = [("fr", "français")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = True
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_WORKFLOW_ENABLED = True
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "french"}}
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILDOCS_DOCUMENT_FORM_BASE = "pages.uploads.DocumentForm"
WAGTAILDOCS_EXTENSIONS = ["pdf", "odt", "ods", "odp", "docx", "xlsx", "pptx", "csv"]
WAGTAILIMAGES_IMAGE_FORM_BASE = "pages.uploads.ImageForm"
WAGTAILIMAGES_EXTENSIONS = ["jpg", "jpeg", "png", "webp"]
"""What editors may send; ``pages.uploads`` looks at the bytes."""
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []

IMPORT_EXPORT_USE_TRANSACTIONS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}

SUPPORT_ACCESS_MONTHS = 3
"""How long an operator still sees a case after its measure or diagnosis ended, and a landlord after its proposal closed."""
EVALUATION_EVERY_MONTHS = 6
"""How often a supported household is evaluated, from the start of its support."""
CONTACT_EVERY_DAYS = 45
"""Days after which a supported household that nobody has met is « sans nouvelles »."""
TARGET_HOUSEHOLDS = 60
TARGET_HOMES = 60
"""What the scheme committed itself to reach (call for projects, 2014)."""
COMMITMENT_YEARS = (2015, 2017)
"""The first and last years of the commitment (call for projects, 2014)."""

# File exchange (access.exchange)
EXCHANGE_MAX_BYTES = 50 * 1024 * 1024
EXCHANGE_MAX_ROWS = 250_000
EXCHANGE_MAX_COLUMNS = 200
EXCHANGE_MAX_CELL_CHARACTERS = 32_767
EXCHANGE_MAX_UNZIPPED_BYTES = 400 * 1024 * 1024
EXCHANGE_MAX_FINDINGS = 20_000
"""How many findings of one file are kept in full; the others are counted."""
EXCHANGE_FILE_KEPT_DAYS = 30
EXCHANGE_BACKGROUND_BYTES = 2 * 1024 * 1024
EXCHANGE_BACKGROUND_ROWS = 20_000
"""A file of more bytes, or of more rows to write or take back, is the worker's."""
EXCHANGE_WORKER_LATE_SECONDS = 60
"""How long a work may wait for a worker before its page says that none answers."""

# Sign-in (access.signin, access.sessions, access.throttle)
WAGTAILADMIN_USER_LOGIN_FORM = "access.signin.SignInForm"
WAGTAILADMIN_USER_PASSWORD_RESET_FORM = "access.signin.ResetForm"
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
PASSWORD_RESET_TIMEOUT = 24 * 3600
SECOND_FACTOR_COMPULSORY = True
"""Whether roles that open cases, accounts or the journal must give a code besides the password. Anybody may choose to."""
INVITATION_DAYS = 7
"""How long the link of an invitation may be followed."""
SESSION_IDLE_MINUTES = 30
SESSION_IDLE_MINUTES_OTHERS = 120
"""How long a connection stays open without a click, for roles that open cases, accounts or the journal, and for the others."""
SESSION_LIFETIME_HOURS = 12
"""After which a connection ends, used or not."""
SESSION_COOKIE_AGE = SESSION_LIFETIME_HOURS * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
STEP_UP_MINUTES = 10
"""How long after the password or a code a person may change what is sensitive in an account without giving it again."""
HELD_FORM_MINUTES = 60
"""How long a form sent too late is kept for its person."""
FORWARDING_PROXIES = 0
"""How many servers stand before the application and add to X-Forwarded-For. The address of who asks is read that far from its end."""
ACCESS_IDLE_DAYS = 90
"""After which an account nobody uses is pointed out in the review of access."""
ACCESS_REVIEW_EVERY_DAYS = 182
"""How often the review of access is due."""

# Personal data (households.privacy)
RETENTION_MONTHS = 24
"""How long after the last contact a case stays, before it is anonymised."""
RETENTION_NOTICE_DAYS = 30
"""How many days ahead the case's officer is told."""
ANONYMISED_REGISTER = VAR_DIR / "anonymised.csv"
"""Kinds and numbers of what was anonymised, beside the database: a restored backup replays it."""

# Journal (access.journal)
JOURNAL_SECRET = os.environ.get("JOURNAL_SECRET") or SECRET_KEY
"""Wraps the keys that seal the journal's values and chains its batches. Changing it makes the past unreadable and unverifiable."""
JOURNAL_KEPT_MONTHS = 12
"""For how many months at most a line of the journal is kept, from 7 to 12: whole months leave (CNIL: 6 to 12 months)."""
READING_ALERT_CASES = 30
READING_ALERT_MINUTES = 10
"""Somebody who opens more cases in so many minutes raises an alert to the data protection officer."""
