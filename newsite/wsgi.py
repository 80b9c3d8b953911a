"""The entry point for WSGI servers: `granian --interface wsgi newsite.wsgi:application`."""

import os
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsite.settings")


def build() -> Any:
    """Django's application with the page cache around it, and around both the access log when it is switched on."""
    django_application = get_wsgi_application()
    # These import models, which Django had to set up first.
    from django.conf import settings

    from articles import publishing
    from newsite import accesslog, checks, pagecache

    checks.refuse_misconfiguration()
    pages = pagecache.PageCache(
        django_application, next_change=publishing.next_due, max_bytes=settings.PAGE_CACHE_BYTES
    )
    return accesslog.AccessLog(pages) if settings.ACCESS_LOG else pages


application = build()
