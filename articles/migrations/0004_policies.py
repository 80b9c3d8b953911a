"""Policies for the site and its sections; what articles had by default is left to them."""

import articles.text
import django.db.models.deletion
from django.db import migrations, models


def make_the_row(apps, schema_editor):
    apps.get_model("articles", "SitePolicy").objects.get_or_create(pk=1)


def leave_it_to_the_section(apps, schema_editor):
    apps.get_model("articles", "Article").objects.filter(comments_policy="pre").update(comments_policy="")


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0003_closed_discussions'),
    ]

    operations = [
        migrations.CreateModel(
            name='SitePolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('policy', models.CharField(choices=[('pre', 'every comment waits for a moderator'), ('trusted', 'comments of trusted authors show at once'), ('post', 'comments show at once and are read afterwards'), ('closed', 'closed')], default='pre', max_length=10)),
                ('emergency', models.CharField(blank=True, choices=[('pre', 'every comment waits for a moderator'), ('closed', 'no comments are taken')], help_text='While this is set, nothing else counts.', max_length=10)),
                ('emergency_because', models.CharField(blank=True, help_text='Why no comments are taken; readers are told.', max_length=200, validators=[articles.text.check_seen])),
            ],
            options={
                'verbose_name_plural': 'site policy',
            },
        ),
        migrations.RunPython(make_the_row, migrations.RunPython.noop),
        migrations.AddField(
            model_name='section',
            name='comments_policy',
            field=models.CharField(blank=True, choices=[('pre', 'every comment waits for a moderator'), ('trusted', 'comments of trusted authors show at once'), ('post', 'comments show at once and are read afterwards'), ('closed', 'closed')], default='', help_text='Left empty, what holds for the section, or for the whole site.', max_length=10),
        ),
        migrations.AlterField(
            model_name='article',
            name='comments_policy',
            field=models.CharField(blank=True, choices=[('pre', 'every comment waits for a moderator'), ('trusted', 'comments of trusted authors show at once'), ('post', 'comments show at once and are read afterwards'), ('closed', 'closed')], default='', help_text='Left empty, what holds for the section, or for the whole site.', max_length=10),
        ),
        migrations.AddField(
            model_name='section',
            name='site',
            field=models.ForeignKey(default=1, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.sitepolicy'),
        ),
        migrations.AlterModelOptions(
            name='section',
            options={'base_manager_name': 'objects', 'ordering': ('position', 'name')},
        ),
        migrations.RunPython(leave_it_to_the_section, migrations.RunPython.noop),
    ]
