"""Nothing but Django's page cache and its compression, in the order that Django's documents ask for."""

import secrets

SECRET_KEY = secrets.token_hex()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
# The cache keeps what comes out of the compression: a page is compressed once for each Accept-Encoding.
MIDDLEWARE = [
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.cache.FetchFromCacheMiddleware",
]
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CACHE_MIDDLEWARE_SECONDS = 24 * 60 * 60  # longer than any measurement
ROOT_URLCONF = "benchmarks.peers.django_cache_site.site"
USE_TZ = True
