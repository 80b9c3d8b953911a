"""The classifier's one row, bounds of rules and features, and what was noticed in texts that still wait."""

import articles.text
import django.utils.timezone
from django.db import migrations, models
from django.db.models import Q
from django.db.models.functions import Lower

from comments.screening import risk
from comments.screening.authors import known_as
from comments.screening.repetition import FLOOD_OVER, text_key

BATCH = 500


def make_the_row(apps, schema_editor):
    apps.get_model("comments", "Classifier").objects.get_or_create(pk=1)


def give_what_rejects_a_reason(apps, schema_editor):
    apps.get_model("comments", "Rule").objects.filter(verdict="reject", reason="").update(verdict="hold")


def write_in_one_form(apps, schema_editor):
    comments = apps.get_model("comments", "Comment").objects
    comments.exclude(author_email=Lower("author_email")).update(author_email=Lower("author_email"))
    for block in apps.get_model("comments", "Block").objects.filter(kind="name"):
        block.value = known_as(block.kind, block.value) or block.value
        block.save(update_fields=["value"])


def note_what_waits(apps, schema_editor):
    """What came in before it was noted: how risky it is, and by what the same words are found again."""
    comments = apps.get_model("comments", "Comment").objects
    since = django.utils.timezone.now() - FLOOD_OVER
    found = comments.filter(Q(status="pending") | Q(created_at__gt=since), text_key="")
    while rows := list(found.only("body", "findings").order_by("pk")[:BATCH]):
        for row in rows:
            row.risk, row.text_key = risk(row.findings), text_key(row.body)
        comments.bulk_update(rows, ["risk", "text_key"])


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0011_answered_by'),
    ]

    operations = [
        migrations.AddField(
            model_name='feature',
            name='seen_on',
            field=models.DateField(default=django.utils.timezone.localdate, help_text='when it was last learned from'),
        ),
        migrations.AlterField(
            model_name='rule',
            name='pattern',
            field=models.CharField(help_text='In words, capitals, accents, look-alike letters and figures for letters make no difference.', max_length=200, validators=[articles.text.check_seen]),
        ),
        migrations.RunPython(make_the_row, migrations.RunPython.noop),
        migrations.RunPython(give_what_rejects_a_reason, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), ('verdict', 'reject'), _negated=True), name='rejecting_rule_with_a_reason'),
        ),
        migrations.RunPython(write_in_one_form, migrations.RunPython.noop),
        migrations.RunPython(note_what_waits, migrations.RunPython.noop),
    ]
