"""Production: a missing secret fails at start, HTTPS only, static files compressed and named by their content."""

import os

from django.core.exceptions import ImproperlyConfigured

for name in ("SECRET_KEY", "ALLOWED_HOSTS", "DATABASE_URL", "BASE_URL"):
    if not os.environ.get(name):
        raise ImproperlyConfigured(f"La variable d'environnement {name} manque : Solive ne démarre pas sans elle.")

from config.settings.base import *

DEMO_DATA_ALLOWED = False
CSRF_TRUSTED_ORIGINS = [os.environ["BASE_URL"]]
SECURE_SSL_REDIRECT = os.environ.get("SECURE_SSL_REDIRECT", "1") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
FORWARDING_PROXIES = int(os.environ.get("FORWARDING_PROXIES", "1"))
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrftoken"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "0") == "1"
STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
SILENCED_SYSTEM_CHECKS = ["security.W019"]
"""The editor shows the page being written in a frame of the same site; no other site may frame anything (frame-ancestors)."""
