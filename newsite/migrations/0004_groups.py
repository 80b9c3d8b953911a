"""The groups of the newsroom, as docs/moderating.md has them."""

from django.contrib.auth.management import create_permissions
from django.db import migrations

MODERATOR = [
    "comments.view_comment",
    "comments.moderate_comment",
    "comments.answer_comment",
    "comments.view_moderationevent",
    "comments.view_report",
]
SENIOR = [
    *MODERATOR,
    "comments.feature_comment",
    "comments.view_block",
    "comments.add_block",
    "comments.change_block",
    "comments.view_rule",
    "comments.add_rule",
    "comments.change_rule",
    "comments.view_notetemplate",
    "comments.add_notetemplate",
    "comments.change_notetemplate",
    "articles.review_ratings",
]
EDITOR = [
    *SENIOR,
    "articles.add_article",
    "articles.change_article",
    "articles.view_article",
    "articles.publish_article",
    "articles.view_section",
    "articles.change_section",
    "articles.view_topic",
    "articles.change_topic",
    "articles.view_correction",
    "articles.add_correction",
    "articles.view_sitepolicy",
    "articles.change_sitepolicy",
    "comments.view_classifier",
    "comments.change_classifier",
]
GROUPS = {"Moderator": MODERATOR, "Senior moderator": SENIOR, "Editor": EDITOR}


def make_permissions(apps, alias):
    """On a new database Django makes them only after all migrations."""
    for label in ("articles", "comments"):
        app = apps.get_app_config(label)
        app.models_module = True  # else Django takes the app for one without models
        create_permissions(app, verbosity=0, using=alias, apps=apps)
        app.models_module = None


def make_groups(apps, schema_editor):
    alias = schema_editor.connection.alias
    make_permissions(apps, alias)
    permissions = apps.get_model("auth", "Permission").objects.using(alias)
    for name, wanted in GROUPS.items():
        group, _ = apps.get_model("auth", "Group").objects.using(alias).get_or_create(name=name)
        for permission in wanted:
            label, _, codename = permission.partition(".")
            group.permissions.add(permissions.get(content_type__app_label=label, codename=codename))


class Migration(migrations.Migration):

    dependencies = [
        ("newsite", "0003_mail_parts"),
        ("articles", "0005_set_aside"),
        ("comments", "0009_moderation"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
    ]

    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
