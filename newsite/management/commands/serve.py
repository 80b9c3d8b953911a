"""`manage.py serve`: everything that a site on one machine needs, from an empty folder to an open port."""

import os
import shutil
import socket
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from articles.models import Article
from newsite import assets

# A worker that was told to stop before it could listen to that would be waited for without end.
KILL_SECONDS = 20


class Command(BaseCommand):
    """Migrates, collects static files, fills an empty site, then serves it with granian and a worker beside it."""

    help = "Prepare the database and the static files, then serve the site until stopped (Ctrl-C)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-demo", action="store_true", help="leave a new site empty")

    def handle(self, *args: Any, no_demo: bool, **options: Any) -> None:
        if settings.DEBUG:
            raise CommandError("DEBUG is on. Remove it to serve the site, or use `make dev` to work on it.")
        host, port = settings.BIND_ADDRESS, settings.PORT
        _check_port(host, port)
        call_command("migrate", verbosity=0)
        if not assets.are_collected():
            self._tell("Preparing style sheets and scripts …")
            assets.collect()
        self._fill(with_demo=not no_demo)
        self._tell(f"{settings.SITE_NAME} is at {settings.SITE_URL}/ and its newsroom at /admin/. Ctrl-C stops it.")
        _let_go_of_database()
        _serve(host, port)

    def _tell(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()

    def _fill(self, *, with_demo: bool) -> None:
        """On the first run: demonstration content and an administrator."""
        if get_user_model().objects.filter(is_superuser=True).exists():
            return
        if with_demo and not Article.objects.exists():
            self._tell("Loading demonstration articles, ratings and comments …")
            call_command("load_demo", stdout=self.stdout)
        call_command("set_admin", stdout=self.stdout)


def _check_port(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CommandError(
                f"port {port} on {host} cannot be used ({os.strerror(error.errno or 0)}); choose another with PORT=…"
            ) from error


def _let_go_of_database() -> None:
    """The serving processes are forked: none may inherit a connection."""
    for connection in connections.all():
        connection.close()
        if hasattr(connection, "close_pool"):
            connection.close_pool()


def _serve(host: str, port: int) -> None:
    shutil.rmtree(settings.METRICS_DIR, ignore_errors=True)  # counts of processes that are gone
    settings.METRICS_DIR.mkdir()
    worker = subprocess.Popen([sys.executable, sys.argv[0], "run_worker", "--beside", str(os.getpid())])
    try:
        Granian(
            "newsite.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=settings.WORKERS,
            blocking_threads=1,
            log_level=LogLevels.warning,
            respawn_failed_workers=True,
            workers_kill_timeout=KILL_SECONDS,
        ).serve()
    finally:
        worker.terminate()
        worker.wait(timeout=30)
