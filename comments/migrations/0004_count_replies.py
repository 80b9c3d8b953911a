from itertools import groupby, islice

from django.db import migrations
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce


def count_replies(apps, schema_editor):
    """Fill the new counters; the HTML of threads is drawn when they are read, or by `manage.py render`."""
    comments = apps.get_model("comments", "Comment").objects
    published = comments.filter(status="published").order_by()

    def counted(link, **which):
        found = published.filter(**{link: OuterRef("pk")}, **which).values(link)
        return Coalesce(Subquery(found.annotate(count=Count("pk")).values("count")), 0)

    comments.filter(reply_count__gt=0).update(answer_count=counted("parent", author__isnull=False))
    comments.filter(parent=None, reply_count__gt=0).update(thread_size=counted("thread"))
    replies = published.exclude(thread=None).order_by("thread", "created_at", "pk").values_list("thread", "pk")
    tops = []
    for thread, found in groupby(replies.iterator(), key=lambda row: row[0]):
        tops.append(comments.model(pk=thread, first_replies=[pk for _, pk in islice(found, 3)]))
        if len(tops) == 1000:
            comments.bulk_update(tops, ["first_replies"])
            tops.clear()
    comments.bulk_update(tops, ["first_replies"])


class Migration(migrations.Migration):
    # A migration of its own: the one before holds the table only for as long as it takes to add columns.

    dependencies = [
        ('comments', '0003_threads'),
    ]

    operations = [
        migrations.RunPython(count_replies, migrations.RunPython.noop),
    ]
