"""`manage.py set_admin`: an administrator with a new random password."""

import secrets
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandParser

from newsite.staff import secondfactor


class Command(BaseCommand):
    """A new administrator, or a new password for one who has lost theirs. The password is told once."""

    help = "Create an administrator, or give an existing one a new password; prints it once and stores only its hash."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="admin")
        parser.add_argument(
            "--remove-second-factor", action="store_true", help="also take away a second factor that was lost"
        )

    def handle(self, *args: Any, username: str, remove_second_factor: bool, **options: Any) -> None:
        users = get_user_model()
        user, is_new = users.objects.get_or_create(username=username)
        password = secrets.token_urlsafe(15)
        user.set_password(password)
        user.is_staff = user.is_superuser = user.is_active = True
        user.save()
        if remove_second_factor:
            secondfactor.remove(secondfactor.of(user), user=user, by=user)
        self.stdout.write(f"Administrator {'created' if is_new else 'given a new password'} (shown only this once):")
        self.stdout.write(f"  user name  {username}\n  password   {password}")
