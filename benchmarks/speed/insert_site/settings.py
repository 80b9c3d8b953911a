"""No middleware, no limits; the database as our own site opens it. NOTES_DATABASE names its file."""

import os
import secrets

from newsite import environment

SECRET_KEY = secrets.token_hex()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["benchmarks.speed.insert_site.apps.InsertSiteConfig"]
ROOT_URLCONF = "benchmarks.speed.insert_site.site"
DATABASES = {
    "default": environment.database({"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["NOTES_DATABASE"]})
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
