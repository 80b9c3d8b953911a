from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0002_captcha_expiration'),
    ]

    operations = [
        migrations.AddField(
            model_name='comment',
            name='answer_count',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='replies by the newsroom'),
        ),
        migrations.AddField(
            model_name='comment',
            name='first_replies',
            field=models.JSONField(default=list, editable=False, help_text='ids'),
        ),
        migrations.AddField(
            model_name='comment',
            name='thread_html',
            field=models.TextField(default='', editable=False),
        ),
        migrations.AddField(
            model_name='comment',
            name='thread_html_by',
            field=models.CharField(default='', editable=False, help_text='of which templates', max_length=12),
        ),
        migrations.AddField(
            model_name='comment',
            name='thread_size',
            field=models.PositiveIntegerField(default=0, editable=False, help_text='replies at any depth'),
        ),
    ]
