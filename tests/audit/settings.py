"""The demonstration as it runs on a desk, with files that are long for the worker after a few hundred rows."""

from config.settings.development import *  # noqa: F403

EXCHANGE_BACKGROUND_BYTES = 20_000
EXCHANGE_BACKGROUND_ROWS = 500
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
EXCHANGE_WORKER_LATE_SECONDS = 10
