"""An index that the captcha's library leaves out: without it, looking for expired ones reads the whole table."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = (("comments", "0001_initial"), ("captcha", "0002_alter_captchastore_id"))
    operations = (
        migrations.RunSQL(
            "CREATE INDEX comments_captcha_expiration ON captcha_captchastore (expiration)",
            "DROP INDEX comments_captcha_expiration",
        ),
    )
