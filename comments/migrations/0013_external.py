"""Comments about which services outside are still to be asked."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0012_screening'),
    ]

    operations = [
        migrations.CreateModel(
            name='ExternalCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('revision', models.PositiveSmallIntegerField(help_text='of the text that they are asked about')),
                ('may_show', models.BooleanField(default=False, help_text='screening may publish it, as nothing was against it')),
                ('due_at', models.DateTimeField(db_index=True, help_text='a worker that asks sets this to when another one may')),
                ('address', models.CharField(blank=True, help_text='only for Akismet, which wants it', max_length=45)),
                ('agent', models.CharField(blank=True, help_text='the browser, only for Akismet', max_length=300)),
                ('comment', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='external_check', to='comments.comment')),
            ],
        ),
    ]
