"""The names of reasons begin with a capital, all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('comments', '0013_external'),
    ]

    operations = [
        migrations.AlterField(
            model_name='moderationevent',
            name='reason',
            field=models.CharField(blank=True, choices=[('spam', 'Spam'), ('advertising', 'Advertising'), ('offensive', 'Offensive'), ('harassment', 'Harassment'), ('hate_speech', 'Hate speech'), ('illegal', 'Illegal content'), ('personal_data', 'Personal data'), ('misinformation', 'Misinformation'), ('off_topic', 'Off topic'), ('duplicate', 'Duplicate'), ('other', 'Other')], max_length=16),
        ),
        migrations.AlterField(
            model_name='notetemplate',
            name='reason',
            field=models.CharField(choices=[('spam', 'Spam'), ('advertising', 'Advertising'), ('offensive', 'Offensive'), ('harassment', 'Harassment'), ('hate_speech', 'Hate speech'), ('illegal', 'Illegal content'), ('personal_data', 'Personal data'), ('misinformation', 'Misinformation'), ('off_topic', 'Off topic'), ('duplicate', 'Duplicate'), ('other', 'Other')], max_length=16),
        ),
        migrations.AlterField(
            model_name='report',
            name='reason',
            field=models.CharField(choices=[('spam', 'Spam'), ('advertising', 'Advertising'), ('offensive', 'Offensive'), ('harassment', 'Harassment'), ('hate_speech', 'Hate speech'), ('illegal', 'Illegal content'), ('personal_data', 'Personal data'), ('misinformation', 'Misinformation'), ('off_topic', 'Off topic'), ('duplicate', 'Duplicate'), ('other', 'Other')], max_length=16),
        ),
        migrations.AlterField(
            model_name='rule',
            name='reason',
            field=models.CharField(blank=True, choices=[('spam', 'Spam'), ('advertising', 'Advertising'), ('offensive', 'Offensive'), ('harassment', 'Harassment'), ('hate_speech', 'Hate speech'), ('illegal', 'Illegal content'), ('personal_data', 'Personal data'), ('misinformation', 'Misinformation'), ('off_topic', 'Off topic'), ('duplicate', 'Duplicate'), ('other', 'Other')], help_text='The author of a rejected text is told.', max_length=16),
        ),
    ]
