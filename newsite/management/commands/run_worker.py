"""`manage.py run_worker`: send mail and do what is due, until stopped."""

import os
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from newsite import worker


class Command(BaseCommand):
    """Runs beside the server (`make run` starts one by itself)."""

    help = "Send the outbox's mail, settle scheduled articles, prune old rows. Stops after the mail in hand."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--beside", type=int, metavar="PID", help="stop when this parent process is gone")

    def handle(self, *args: Any, beside: int | None, **options: Any) -> None:
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker.run(lambda: stop.is_set() or (beside is not None and os.getppid() != beside), stop.wait)
