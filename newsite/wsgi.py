"""The entry point for WSGI servers: `granian --interface wsgi newsite.wsgi:application`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsite.settings")

from django.core.wsgi import get_wsgi_application

from newsite.checks import refuse_misconfiguration

refuse_misconfiguration()
application = get_wsgi_application()
