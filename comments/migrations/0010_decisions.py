"""An undo names the event that it takes back; an appeal names the one that answered it."""

import django.db.models.deletion
from django.db import migrations, models


def link_events(apps, schema_editor):
    """Undos take back the newest event before them that is not taken back yet; upheld appeals get an event."""
    event, appeal = apps.get_model("comments", "ModerationEvent"), apps.get_model("comments", "Appeal")
    for undo in event.objects.filter(action="undo").order_by("pk").iterator():
        earlier = event.objects.filter(comment=undo.comment_id, pk__lt=undo.pk, undone_by=None).exclude(action="undo")
        undo.undoes = earlier.order_by("pk").last()
        undo.save(update_fields=["undoes"])
    event.objects.filter(action="approve", by="moderator", actor=models.F("comment__author")).update(by="staff")
    for row in appeal.objects.filter(outcome="").order_by("-pk"):  # the newest one waits, older ones were overtaken
        newer = event.objects.filter(appeal__outcome="", appeal__pk__gt=row.pk, comment=row.comment_id).first()
        if newer:
            row.outcome, row.answered_by = "reversed", newer
            row.save(update_fields=["outcome", "answered_by"])
    for answered in appeal.objects.exclude(outcome="").filter(answered_by=None).select_related("event").iterator():
        if answered.outcome == "upheld":
            answered.answered_by = event.objects.create(
                comment_id=answered.comment_id,
                action="uphold",
                actor_id=answered.decided_by_id,
                by="moderator",
                old_status=answered.event.new_status,
                new_status=answered.event.new_status,
                note=answered.answer,
                created_at=answered.decided_at,
            )
        else:
            answered.outcome = "reversed"
            later = event.objects.filter(comment=answered.comment_id, pk__gt=answered.event_id)
            answered.answered_by = later.filter(created_at=answered.decided_at).first() or later.order_by("pk").first()
        answered.save(update_fields=["outcome", "answered_by"])


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0005_set_aside'),
        ('comments', '0009_moderation'),
    ]

    operations = [
        migrations.AddField(
            model_name='appeal',
            name='answered_by',
            field=models.ForeignKey(help_text='what was decided then', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='comments.moderationevent'),
        ),
        migrations.AddField(
            model_name='moderationevent',
            name='undoes',
            field=models.OneToOneField(help_text='the event that this one takes back', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='undone_by', to='comments.moderationevent'),
        ),
        migrations.AlterField(
            model_name='appeal',
            name='outcome',
            field=models.CharField(blank=True, choices=[('', 'waits'), ('upheld', 'the decision stands'), ('reversed', 'the decision was taken back')], default='', max_length=8),
        ),
        migrations.AlterField(
            model_name='moderationevent',
            name='action',
            field=models.CharField(choices=[('approve', 'Approve'), ('keep', 'Keep'), ('reject', 'Reject'), ('spam', 'Spam'), ('hold', 'Hold'), ('uphold', 'Uphold'), ('undo', 'Undo'), ('confirm', 'Confirm'), ('withdraw', 'Withdraw')], max_length=10),
        ),
        migrations.AlterField(
            model_name='moderationevent',
            name='by',
            field=models.CharField(choices=[('moderator', 'Moderator'), ('staff', 'staff, about their own answer'), ('screening', 'Screening'), ('reports', 'Reports'), ('author', 'Author')], max_length=10),
        ),
        migrations.RunPython(link_events, migrations.RunPython.noop),
    ]
