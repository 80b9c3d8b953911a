"""Static files: hashed names, compressed copies, collected only when something changed."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage

# What no page loads: DRF's own pages, Redoc, other versions of htmx. Compressing it would take most of the time.
UNUSED = ["rest_framework", "redoc", "ext", "htmax-*", "htmx-4*", "htmx-2.js"]


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, so that browsers may keep them for ever."""

    keep_only_hashed_files = True


def fingerprint() -> str:
    """A short hash of the names, sizes and times of all static files of the project and its apps."""
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            info = Path(storage.path(path)).stat()
            digest.update(f"{path}:{info.st_size}:{info.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def are_collected() -> bool:
    """Whether the collected files are made of the files that are there now."""
    return _mark().exists() and _mark().read_text() == fingerprint()


def collect() -> None:
    """Collect, hash and compress the static files."""
    clear = settings.STATIC_ROOT.exists()
    call_command("collectstatic", interactive=False, clear=clear, ignore_patterns=UNUSED, verbosity=0)
    _mark().write_text(fingerprint())


def _mark() -> Path:
    root: Path = settings.STATIC_ROOT
    return root / ".fingerprint"
