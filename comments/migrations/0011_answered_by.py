"""What appeals kept of their answers stands in events now; indexes that every database can use."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0010_decisions'),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name='comment',
            name='comment_queue',
        ),
        migrations.RemoveIndex(
            model_name='comment',
            name='comment_by_email',
        ),
        migrations.RemoveField(
            model_name='appeal',
            name='answer',
        ),
        migrations.RemoveField(
            model_name='appeal',
            name='decided_at',
        ),
        migrations.RemoveField(
            model_name='appeal',
            name='decided_by',
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.F('created_at'), models.F('id'), condition=models.Q(('status', 'pending')), name='comment_queue'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.F('author_email'), models.OrderBy(models.F('created_at'), descending=True), name='comment_by_email'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.F('created_at'), models.F('status'), name='comment_by_time'),
        ),
        migrations.AddConstraint(
            model_name='appeal',
            constraint=models.UniqueConstraint(condition=models.Q(('outcome', '')), fields=('comment',), name='one_open_appeal_per_comment'),
        ),
    ]
