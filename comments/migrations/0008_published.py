"""When a comment was published first, whatever became of it then; and places that hold others are kept."""

from django.conf import settings
from django.db import migrations, models
from django.db.models import Exists, F, OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce, Concat


def fill_in(apps, schema_editor):
    comments = apps.get_model("comments", "Comment").objects
    events = apps.get_model("comments", "ModerationEvent").objects
    first = events.filter(comment=OuterRef("pk"), new_status="published").order_by("pk").values("created_at")[:1]
    comments.filter(Exists(first)).update(published_at=Subquery(first))
    comments.filter(status="published", published_at=None).update(published_at=Coalesce("decided_at", F("created_at")))
    shown = comments.filter(is_shown=True)
    behind = Q(path__gt=OuterRef("path"), path__lte=Concat(OuterRef("path"), Value("9" * 19)))
    below = Exists(shown.filter(behind, thread=OuterRef("thread")))
    comments.filter(below, is_shown=False, thread__isnull=False).update(is_shown=True)
    comments.filter(Exists(shown.filter(thread=OuterRef("pk"))), is_shown=False).update(is_shown=True)


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0003_closed_discussions'),
        ('comments', '0007_places'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='comment',
            name='comment_news',
        ),
        migrations.AddField(
            model_name='comment',
            name='published_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='for the first time', null=True),
        ),
        migrations.AlterField(
            model_name='comment',
            name='open_reports',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='of how many readers'),
        ),
        migrations.RunPython(fill_in, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.F('article'), models.F('published_at'), condition=models.Q(('status', 'published')), name='comment_news'),
        ),
    ]
