"""The developer's machine and the demonstration: demo accounts allowed, nothing secret."""

import os

from config.settings.base import *

SECRET_KEY = SECRET_KEY or "development-only-never-in-production-0123456789abcdefghijklmnop"
DEBUG = os.environ.get("DEBUG", "1") == "1"
ALLOWED_HOSTS = ALLOWED_HOSTS or ["localhost", "127.0.0.1", "[::1]"]
DEMO_DATA_ALLOWED = True
SECOND_FACTOR_COMPULSORY = os.environ.get("SECOND_FACTOR", "optional") == "compulsory"
if not DEBUG:
    STORAGES["staticfiles"] = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
