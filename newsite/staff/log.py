"""What members of staff do beside editing rows, noted in the log in which Django's admin notes changes."""

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model


def note(what: str, *, by: User, about: Model | None = None) -> None:
    """Add a sentence to the log: about the one who acts, unless it is about another account or row."""
    concerned = about or by
    LogEntry.objects.create(
        user=by,
        content_type=ContentType.objects.get_for_model(concerned),
        object_id=str(concerned.pk),
        object_repr=str(concerned)[:200],
        action_flag=CHANGE,
        change_message=what,
    )
