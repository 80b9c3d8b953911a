#!/usr/bin/env python3
"""The command line of newsite: `manage.py help` lists the commands."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsite.settings")
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line
    from django.db import OperationalError, ProgrammingError

    try:
        settings.INSTALLED_APPS  # noqa: B018 - loads the settings, so that a wrong one is told in a line
    except ImproperlyConfigured as error:
        sys.exit(f"error: {error}")
    try:
        execute_from_command_line(sys.argv)
    except (OperationalError, ProgrammingError) as error:
        sys.exit(f"error: the database says: {error} (is it migrated? manage.py migrate)")


if __name__ == "__main__":
    main()
