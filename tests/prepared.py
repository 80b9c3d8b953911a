"""A data folder as a site has it after its first start, made once: real sites of tests begin with a copy of it."""

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PREPARE = """
import django
django.setup()
from django.core.management import call_command
from newsite import assets
call_command("migrate", verbosity=0)
assets.collect()
"""


def make(folder: Path) -> None:
    """Fill a data folder with a migrated database and the static files, unless another test process has done so."""
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if folder.exists():
            return
        unfinished = folder.with_suffix(".unfinished")
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        environment = {"DATA_DIR": str(unfinished), "DJANGO_SETTINGS_MODULE": "newsite.settings", **kept}
        subprocess.run([sys.executable, "-c", PREPARE], env=environment, cwd=ROOT, check=True)
        unfinished.rename(folder)


def copy(folder: Path, to: Path) -> None:
    """A data folder like the prepared one, with a key and figures of its own."""
    shutil.copytree(folder, to, dirs_exist_ok=True, ignore=shutil.ignore_patterns("secret_key", "metrics"))
