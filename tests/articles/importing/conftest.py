"""Files to import."""

import pytest

from tests.articles.importing.command import GOOD


@pytest.fixture
def write(tmp_path):
    """Write a file, and return its path."""

    def write(text=GOOD, name="piece.md"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write
