"""`manage.py render`: the stored HTML of all articles and comments, made again from what was written."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction
from django.db.models import QuerySet

from articles import publishing
from articles.models import Article, Topic
from articles.topics import Linker
from comments import posting, threads
from comments.models import Comment
from newsite import stamps

BATCH = 200


class Command(BaseCommand):
    """Run this after a change of the renderer."""

    help = "Make the stored HTML and topic links of all articles, and the HTML of all comments, anew from their text."

    def handle(self, *args: Any, **options: Any) -> None:
        linker = Linker(list(Topic.objects.all()))
        articles = comments = 0
        for batch in _batches(Article.objects.all()):
            articles += sum(1 for _ in publishing.render_again(batch, linker))
            self.stdout.write(f"{articles} articles rendered")
        written = Comment.objects.only("pk", "body", "revision", "parent__author_name").select_related("parent")
        for found in _batches(written):
            with transaction.atomic():
                for comment in found:
                    # What its author has changed since it was read was rendered then.
                    read = Comment.objects.filter(pk=comment.pk, revision=comment.revision)
                    read.update(body_html=posting.render(comment))
            comments += len(found)
            self.stdout.write(f"{comments} comments rendered")
        for tops in _batches(Comment.objects.tops()):
            for top in tops:
                threads.settle(top.pk)
        stamps.bump(stamps.SITE)


def _batches(rows: "QuerySet[Any]") -> Iterator[list[Any]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk
