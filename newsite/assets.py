"""Static files: hashed names, compressed copies, collected only when something changed."""

import hashlib
import os

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, inside ES modules too, so that browsers may keep them for ever."""

    support_js_module_import_aggregation = True
    keep_only_hashed_files = True


def fingerprint() -> str:
    """A short hash of the names, sizes and times of all static files of the project and its apps."""
    digest = hashlib.sha256()
    for finder in finders.get_finders():
        for path, storage in finder.list(None):
            info = os.stat(storage.path(path))
            digest.update(f"{path}:{info.st_size}:{info.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def collect() -> None:
    """Collect the static files, unless the collected ones are of the files that are there now."""
    mark = settings.STATIC_ROOT / ".fingerprint"
    current = fingerprint()
    if mark.exists() and mark.read_text() == current:
        return
    call_command("collectstatic", interactive=False, clear=settings.STATIC_ROOT.exists(), verbosity=0)
    mark.write_text(current)
