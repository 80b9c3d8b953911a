"""Give the comments that are there their places in threads, and their answers."""

from django.db import migrations
from django.db.models import OuterRef, Subquery

BATCH = 1000
PLACE = 19


def find_places(apps, schema_editor):
    comments = apps.get_model("comments", "Comment").objects
    comments.filter(status="published").update(is_shown=True)
    comments.filter(author__isnull=False).update(role="staff")
    answers = comments.filter(parent=OuterRef("pk"), status="published", author__isnull=False).order_by("pk")
    comments.filter(kind="question").update(answer=Subquery(answers.values("pk")[:1]))
    last = 0
    # By id, so that what is replied to has its place before its replies.
    while found := list(comments.filter(pk__gt=last).exclude(parent=None).order_by("pk").only("pk", "parent", "path")[:BATCH]):
        paths = dict(comments.filter(replies__in=found).values_list("pk", "path"))
        for reply in found:
            paths[reply.pk] = reply.path = paths[reply.parent_id][:PLACE] + f"{reply.pk:0{PLACE}d}"
        comments.bulk_update(found, ["path"])
        last = found[-1].pk


class Migration(migrations.Migration):
    dependencies = [("comments", "0006_discussion")]
    operations = [migrations.RunPython(find_places, migrations.RunPython.noop)]
