"""`manage.py create_token`: a token with which a program uses the API in the name of a member of staff."""

from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError, CommandParser

from newsite.models import StaffToken
from newsite.staff import secondfactor, tokens


class Command(BaseCommand):
    """The token is the last word that is printed."""

    help = "Make an API token for a member of staff; prints it once and stores only its hash."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", default="made on the command line", help="what it is used for")

    def handle(self, *args: Any, username: str, name: str, **options: Any) -> None:
        user = User.objects.filter(username=username, is_active=True, is_staff=True).first()
        if user is None:
            raise CommandError(f"there is no active member of staff with the name {username}")
        longest = StaffToken._meta.get_field("name").max_length
        if secondfactor.is_owed(user):
            self.stderr.write(f"It works as soon as {user} has set up a second factor in the newsroom.")
        _, key = tokens.create(user=user, name=name[:longest], by=user)
        self.stdout.write(f"API token of {user} (shown only this once): {key}")
