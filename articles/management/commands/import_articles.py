"""`manage.py import_articles PATH…`: articles from Markdown files with front matter."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from articles import importing
from articles.models import Topic
from articles.topics import Linker


class Command(BaseCommand):
    """Import files one by one; a bad one is reported and does not touch the others."""

    help = (
        "Import articles from Markdown files with front matter (files, or folders of them). An article is known by "
        "its slug, so importing again changes only what differs. Words damaged by a careless linker of names are "
        "listed, and repaired only with --repair."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, and store nothing")
        parser.add_argument("--repair", action="store_true", help="put the proposed spellings in")

    def handle(self, *args: Any, paths: list[Path], dry_run: bool, repair: bool, **options: Any) -> None:
        files = list(importing.files_in(paths))
        linker = Linker(list(Topic.objects.all()))
        counts = dict.fromkeys(("created", "changed", "left", "refused"), 0)
        for number, path in enumerate(files, start=1):
            verdict, detail, notes = self._import(path, linker, dry_run=dry_run, repair=repair)
            counts[verdict] += 1
            self.stdout.write(f"[{number:>{len(str(len(files)))}}/{len(files)}] {verdict:<8} {path.name}: {detail}")
            for note in notes:
                self.stdout.write(f"    {note}")
        summary = ", ".join(f"{count} {verdict}" for verdict, count in counts.items())
        self.stdout.write(f"{summary}{' (dry run: nothing was stored)' if dry_run else ''}.")
        if counts["refused"] or not files:
            raise CommandError(f"{counts['refused']} of {len(files)} files refused." if files else "No Markdown files.")

    @staticmethod
    def _import(path: Path, linker: Linker, *, dry_run: bool, repair: bool) -> tuple[str, str, list[str]]:
        notes: list[str] = []
        try:
            manuscript = importing.read(path)
            if damaged := manuscript.damaged_words():
                done = "repaired" if repair else "to repair them, use --repair"
                notes = [f"{len(damaged)} damaged words ({done}):"]
                notes += [f"  {word} → {proposal}" for word, proposal in damaged.items()]
            if repair:
                manuscript.repair()
            outcome = importing.store(manuscript, linker, dry_run=dry_run)
        except importing.Refused as refusal:
            return "refused", str(refusal), notes
        return outcome.verdict, outcome.article.get_absolute_url(), [*outcome.remarks, *notes]
