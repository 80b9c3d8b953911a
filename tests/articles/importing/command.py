"""The command that imports articles, and what it refuses."""

from io import StringIO

from django.core.management import call_command

GOOD = "---\ntitle: A good piece\nsection: Research\n---\n\nAbout *machines*.\n"


def import_articles(*paths, **options):
    """What the command says."""
    out = StringIO()
    call_command("import_articles", *map(str, paths), stdout=out, **options)
    return out.getvalue()


def front(body="Some text.\n", **meta):
    lines = "".join(f"{key}: {value}\n" for key, value in {"title": "A piece", **meta}.items())
    return f"---\n{lines}---\n\n{body}"
