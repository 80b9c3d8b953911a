"""Rules, blocks and the classifier of screening; appeals; notes about authors; what the queue needs."""

import articles.text
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0005_set_aside'),
        ('comments', '0008_published'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Appeal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(help_text='why it is wrong', max_length=2000, validators=[django.core.validators.MaxLengthValidator(2000), articles.text.check_seen])),
                ('created_at', models.DateTimeField()),
                ('outcome', models.CharField(blank=True, choices=[('', 'waits'), ('upheld', 'the decision stands'), ('reversed', 'the decision was taken back'), ('moot', 'nothing is left to decide')], default='', max_length=8)),
                ('answer', models.CharField(blank=True, help_text='The author is told.', max_length=1000)),
                ('decided_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='AuthorNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reader', 'browser'), ('email', 'e-mail address, or @domain'), ('network', 'network (of one day)')], max_length=7)),
                ('value', models.CharField(max_length=254)),
                ('text', models.CharField(max_length=1000, validators=[articles.text.check_seen])),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='Block',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('reader', 'browser'), ('email', 'e-mail address, or @domain'), ('network', 'network (of one day)'), ('name', 'Name')], max_length=7)),
                ('value', models.CharField(max_length=254, validators=[articles.text.check_seen])),
                ('reason', models.CharField(help_text='The author is told.', max_length=200)),
                ('expires_at', models.DateTimeField(blank=True, help_text='Left empty, it stays.', null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ('-pk',),
            },
        ),
        migrations.CreateModel(
            name='Claim',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='Classifier',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('is_acting', models.BooleanField(default=False, help_text='Without this, or before 200 decisions, it only holds comments for a moderator.', verbose_name='may mark as spam by itself')),
                ('wanted', models.PositiveIntegerField(default=0, editable=False, help_text='comments it has learned from')),
                ('unwanted', models.PositiveIntegerField(default=0, editable=False)),
                ('learned_until', models.BigIntegerField(default=0, editable=False, help_text='the last decision it has learned from')),
            ],
            options={
                'verbose_name_plural': 'classifier',
            },
        ),
        migrations.CreateModel(
            name='Feature',
            fields=[
                ('key', models.CharField(max_length=60, primary_key=True, serialize=False)),
                ('wanted', models.PositiveIntegerField(default=0)),
                ('unwanted', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name='NoteTemplate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('spam', 'Spam'), ('advertising', 'Advertising'), ('offensive', 'Offensive'), ('harassment', 'Harassment'), ('hate_speech', 'hate speech'), ('illegal', 'illegal content'), ('personal_data', 'personal data'), ('misinformation', 'Misinformation'), ('off_topic', 'off topic'), ('duplicate', 'Duplicate'), ('other', 'Other')], max_length=16)),
                ('text', models.CharField(max_length=1000, validators=[articles.text.check_seen])),
            ],
            options={
                'ordering': ('reason', 'pk'),
            },
        ),
        migrations.CreateModel(
            name='Rule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('word', 'whole words'), ('prefix', 'words that begin so'), ('regex', 'regular expression'), ('domain', 'domain of a link')], default='word', max_length=6)),
                ('pattern', models.CharField(help_text='Capitals, accents, look-alike letters and figures in place of letters make no difference.', max_length=200, validators=[articles.text.check_seen])),
                ('verdict', models.CharField(choices=[('spam', 'mark as spam'), ('reject', 'reject'), ('hold', 'hold for a moderator')], default='hold', max_length=7)),
                ('reason', models.CharField(blank=True, choices=[('spam', 'Spam'), ('advertising', 'Advertising'), ('offensive', 'Offensive'), ('harassment', 'Harassment'), ('hate_speech', 'hate speech'), ('illegal', 'illegal content'), ('personal_data', 'personal data'), ('misinformation', 'Misinformation'), ('off_topic', 'off topic'), ('duplicate', 'Duplicate'), ('other', 'Other')], help_text='The author of a rejected text is told.', max_length=16)),
                ('note', models.CharField(blank=True, help_text='Why this is a rule; for the newsroom.', max_length=200)),
                ('is_active', models.BooleanField(default=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'ordering': ('kind', 'pattern'),
            },
        ),
        migrations.AddField(
            model_name='comment',
            name='is_unread',
            field=models.BooleanField(default=False, editable=False, help_text='was published without a moderator'),
        ),
        migrations.AddField(
            model_name='comment',
            name='risk',
            field=models.FloatField(default=0, editable=False, help_text='that something is wrong with it, from 0 to 1'),
        ),
        migrations.AddField(
            model_name='comment',
            name='text_key',
            field=models.CharField(default='', editable=False, help_text='equal for equal words', max_length=16),
        ),
        migrations.AlterField(
            model_name='notice',
            name='kind',
            field=models.CharField(choices=[('decided', 'Decided'), ('replied', 'Replied'), ('answered', 'Answered'), ('reported', 'Reported'), ('appealed', 'Appealed')], max_length=10),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.OrderBy(models.F('risk'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('status', 'pending')), name='comment_risk'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.F('created_at'), models.F('id'), condition=models.Q(('is_unread', True)), name='comment_unread'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.OrderBy(models.F('decided_at'), descending=True), models.OrderBy(models.F('id'), descending=True), condition=models.Q(('decided_at__isnull', False)), name='comment_decided'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.F('text_key'), models.F('created_at'), name='comment_by_text'),
        ),
        migrations.AddIndex(
            model_name='comment',
            index=models.Index(models.F('author_email'), models.OrderBy(models.F('created_at'), descending=True), condition=models.Q(('author_email', ''), _negated=True), name='comment_by_email'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='comment',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='appeals', to='comments.comment'),
        ),
        migrations.AddField(
            model_name='appeal',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='appeal',
            name='event',
            field=models.OneToOneField(help_text='the decision that is appealed against', on_delete=django.db.models.deletion.CASCADE, related_name='appeal', to='comments.moderationevent'),
        ),
        migrations.AddField(
            model_name='authornote',
            name='created_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='block',
            name='created_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='claim',
            name='comment',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='comments.comment'),
        ),
        migrations.AddField(
            model_name='claim',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddConstraint(
            model_name='rule',
            constraint=models.UniqueConstraint(fields=('kind', 'pattern'), name='one_rule_per_pattern'),
        ),
        migrations.AddIndex(
            model_name='appeal',
            index=models.Index(models.F('created_at'), models.F('id'), condition=models.Q(('outcome', '')), name='appeal_open'),
        ),
        migrations.AddIndex(
            model_name='authornote',
            index=models.Index(fields=['kind', 'value'], name='note_value'),
        ),
        migrations.AddIndex(
            model_name='block',
            index=models.Index(fields=['kind', 'value'], name='block_value'),
        ),
    ]
