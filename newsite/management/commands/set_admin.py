"""`manage.py set_admin`: an administrator with a new random password."""

import secrets
from typing import Any

from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from newsite.models import StaffToken
from newsite.staff import log, secondfactor


class Command(BaseCommand):
    """A new administrator, or a new password for one who has lost theirs. The password is told once."""

    help = "Create an administrator, or give an existing one a new password; prints it once and stores only its hash."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", nargs="?", default="admin")
        parser.add_argument(
            "--remove-second-factor", action="store_true", help="also take away a second factor that was lost"
        )

    def handle(self, *args: Any, username: str, remove_second_factor: bool, **options: Any) -> None:
        password = secrets.token_urlsafe(15)
        with transaction.atomic():
            user, is_new = User.objects.get_or_create(username=username)
            was_superuser = user.is_superuser
            user.set_password(password)
            user.is_staff = user.is_superuser = user.is_active = True
            user.save()
            log.note(f"{'Created' if is_new else 'Given a new password'} on the command line.", by=user)
            if not was_superuser:
                log.note("Made an administrator, who may do everything, on the command line.", by=user)
            if remove_second_factor:
                secondfactor.remove(secondfactor.of(user), user=user, by=user)
        self.stdout.write(f"Administrator {'created' if is_new else 'given a new password'} (shown only this once):")
        self.stdout.write(f"  user name  {username}\n  password   {password}")
        if not is_new and not was_superuser:
            self.stdout.write(f"{username} was no administrator before, and may do everything now.")
        if count := StaffToken.objects.filter(user=user).count():
            self.stdout.write(f"API tokens that still work: {count}. They are revoked at /admin/newsite/stafftoken/.")
