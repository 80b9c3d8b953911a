"""A virtual environment of its own for a peer, so that its packages and ours do not meet."""

import sys
from pathlib import Path

from benchmarks.peers.contender import run


class Venv:
    """The given packages ("name==version") in a folder. Made once, and anew when the list of packages changes."""

    def __init__(self, folder: Path, packages: list[str]) -> None:
        self.folder = folder
        self.packages = packages
        self.python = folder / "bin" / "python"

    def make(self) -> None:
        """Create it and install the packages with pip, as pip is configured on this machine."""
        wanted = "\n".join([sys.version, *self.packages])
        made = self.folder / "made-of.txt"
        if made.exists() and made.read_text() == wanted:
            return
        run([sys.executable, "-m", "venv", "--clear", str(self.folder)])
        run([str(self.python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *self.packages])
        made.write_text(wanted)

    def versions(self) -> str:
        return ", ".join(package.replace("==", " ") for package in self.packages)
